// The local executor keeps what every executor keeps.
import * as Local from "../../executors/Local.ts"
import { contract } from "./contract.ts"

contract("the local executor", () => Local.make({ cores: 2, memory: 8192 }))
