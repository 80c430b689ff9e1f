"""
Runs the programs beside it for a test: a line of JSON in, [PROGRAM, FILE, …], a line of JSON out, {"seen"} or {"error"}.

One Python for many tests: starting pandas takes longer than all that it is then asked.
"""

import importlib
import json
import sys
import traceback


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        program, *given = json.loads(line)
        try:
            answer = {"seen": importlib.import_module(program).read(*given)}
            text = json.dumps(answer)
        except Exception:  # whatever it is, the test is told
            text = json.dumps({"error": traceback.format_exc()})
        answers.write(text + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
