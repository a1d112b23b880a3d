"""Fit the matcher's calibration: what probability which evidence deserves.

    python benchmarks/calibrate_matching.py FOLDER...

Each folder holds `directory.jsonl` and `mails.jsonl` with labelled mails, as `benchmarks/invented.py` writes them
(records as `linkbot match` reads them; mails with `gold`: lists of record ids that are right, and `soft`: ids that are
neither right nor wrong). Writes bot/matching/calibration.json and prints how well the probabilities fit.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from bot.matching import MailWords
from bot.matching.decide import compete, features
from bot.matching.find import candidates, look
from bot.matching.index import Index
from bot.matching.offline import record_of
from bot.matching.reading import read
from bot.matching.scale import weigh
from bot.matching.weigh import Form

TARGET = Path(__file__).parents[1] / "bot" / "matching" / "calibration.json"
RIDGE = 1.0
FAR_BEHIND = 10.0


Sample = tuple[Form, list[float], bool]


def samples(folder: Path) -> list[Sample]:
    """Every candidate of every mail: its form, its features, and whether it is right."""
    found: list[Sample] = []
    lines = (folder / "directory.jsonl").read_text("utf-8").splitlines()
    index = Index.build((record_of(json.loads(line)) for line in lines), "DE")
    for line in (folder / "mails.jsonl").read_text("utf-8").splitlines():
        mail: dict[str, Any] = json.loads(line)
        right = {id_ for ids in mail["gold"] for id_ in ids}
        neither = set(mail["soft"]) - right
        words = MailWords.from_headers(mail["from"], mail["to"], mail["subject"], mail["text"])
        sight = look(read(words, frozenset(), (), "DE"), index)
        for verdict in compete(weigh(sight, index, candidates(sight, index))):
            id_ = verdict.fit.record.ref.id
            crowded = verdict.rivals >= 4 and (verdict.fit.bare or verdict.fit.form is Form.TITLE)
            if id_ in neither or verdict.behind > FAR_BEHIND or crowded:
                continue
            found.append((verdict.fit.form, features(verdict, index.population), id_ in right))
    return found


def fit(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Logistic regression with a ridge, by Newton's method."""
    weights = np.zeros(x.shape[1])
    ridge = np.diag([0.01] + [RIDGE] * (x.shape[1] - 1))
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (y - p) - ridge @ weights
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge, gradient)
        weights += np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-6:
            break
    return weights


def main() -> None:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    folders: list[Path] = parser.parse_args().folders
    with Pool() as workers:
        data = [sample for found in workers.imap(samples, folders) for sample in found]
    weights: dict[str, list[float]] = {}
    for form in Form:
        rows = [(x, right) for kind, x, right in data if kind is form]
        if not rows:
            raise SystemExit(f"no mention of the form {form} in these folders")
        x, y = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
        w = fit(x, y)
        weights[form] = [round(float(v), 4) for v in w]
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        bins = np.minimum((p * 10).astype(int), 9)
        error = sum(abs(p[bins == b].sum() - y[bins == b].sum()) for b in range(10)) / len(y)
        loss = -np.mean([math.log(max(1e-9, q if right else 1 - q)) for q, right in zip(p, y, strict=True)])
        sure = p >= 0.9
        right_of_sure = y[sure].mean() if sure.any() else float("nan")
        sys.stdout.write(
            f"{form:8} {len(y):6} candidates, {y.mean():.3f} right, calibration error {error:.4f}, "
            f"log loss {loss:.4f}, of {int(sure.sum())} sure ones {right_of_sure:.4f} right\n"
        )
    content = {"made_by": "benchmarks/calibrate_matching.py", "weights": weights}
    TARGET.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
