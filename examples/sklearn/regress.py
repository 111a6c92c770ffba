"""Cross-validates scikit-learn's MLPRegressor on the tables of a coarse-graining campaign.

Usage: regress.py PARAMETERS.csv MOBILITIES.csv FOLDS.csv SCORES.csv, with params.json in the working folder.
Learns ln(D_CG / D_AA) of a sample from the factors of its force field; each fold is predicted by an ensemble that
did not see it.
"""

import csv
import json
import math
import sys
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def predict(known, answers, unknown, params):
    """Mean of an ensemble; features and answers are standardised by what is known."""
    features, target = StandardScaler().fit(known), StandardScaler().fit(answers[:, None])
    total = np.zeros(len(unknown))
    for member in range(params["members"]):
        network = MLPRegressor(
            hidden_layer_sizes=params["hidden"],
            activation=params["activation"],
            alpha=params["alpha"],
            solver="adam",
            learning_rate_init=params["learningRate"],
            batch_size=len(known),
            max_iter=params["epochs"],
            n_iter_no_change=params["epochs"],
            tol=0,
            random_state=1000 * params["seed"] + member,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(features.transform(known), target.transform(answers[:, None]).ravel())
        total += network.predict(features.transform(unknown))
    return target.inverse_transform(total[:, None] / params["members"]).ravel()


def main(parameters, mobilities, folds, scores):
    with open("params.json") as file:
        params = json.load(file)
    factors = {}
    for row in rows(parameters):
        factors.setdefault(row["sample"], {})[row["name"]] = float(row["factor"])
    acceleration = {row["sample"]: row["acceleration"] for row in rows(mobilities)}
    held = [(row["sample"], int(row["fold"])) for row in rows(folds)]
    names = list(factors[held[0][0]])
    x = np.array([[factors[sample][name] for name in names] for sample, _ in held])
    x = x[:, np.ptp(x, axis=0) > 0]
    y = np.array([math.log(float(acceleration[sample])) for sample, _ in held])
    fold = np.array([number for _, number in held])

    predicted = np.empty(len(y))
    for number in np.unique(fold):
        test = fold == number
        predicted[test] = predict(x[~test], y[~test], x[test], params)

    squares = (predicted - y) ** 2
    rmse = math.sqrt(squares.mean())
    score = {
        "model": "acceleration",
        "method": "scikit-learn MLPRegressor",
        "samples": len(y),
        "folds": len(np.unique(fold)),
        "rmse": rmse,
        "rmse_stderr": squares.std(ddof=1) / math.sqrt(len(y)) / (2 * rmse),
        "r2": 1 - squares.sum() / ((y - y.mean()) ** 2).sum(),
        "target_unit": "",
        # It states no interval that could cover anything.
        "coverage": "",
        "quality": "ok",
        "reason": "",
    }
    with open(scores, "w", newline="") as file:
        writer = csv.DictWriter(file, score, lineterminator="\n")
        writer.writeheader()
        writer.writerow(score)


main(*sys.argv[1:])
