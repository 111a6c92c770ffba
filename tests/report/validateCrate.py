# Holds a folder against a profile of RO-Crate with the validator of its makers, without the network: JSON, the issues.
import json
import sys
from importlib.resources import files

from rocrate_validator import models, services
from rocrate_validator.utils import http

# The context comes with the package rocrate; its newer versions have all terms of the older ones.
text = files("rocrate").joinpath("data/ro-crate.jsonld").read_text()


class Answer:
    status_code, ok, headers = 200, True, {"Content-Type": "application/ld+json"}
    text, content = text, text.encode()

    def json(self):
        return json.loads(text)

    def raise_for_status(self):
        pass


http.HttpRequester.get = lambda self, url, **options: Answer()
folder, profile = sys.argv[1:]
result = services.validate(
    services.ValidationSettings(
        rocrate_uri=folder, profile_identifier=profile, requirement_severity=models.Severity.REQUIRED
    )
)
print(json.dumps([f"{issue.check.identifier} {issue.message}" for issue in result.get_issues()]))
