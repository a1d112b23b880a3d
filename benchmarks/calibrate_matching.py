"""Fit the matcher's calibration: what probability which evidence deserves.

    python benchmarks/calibrate_matching.py FOLDER... [--test FOLDER...] [--near] [--only FORM...]

Each folder holds `directory.jsonl` and `mails.jsonl` with labelled mails, as `benchmarks/invented.py` writes them
(records as `linkbot match` reads them; mails with `gold`: lists of record ids that are right, and `soft`: ids that are
neither right nor wrong). Take several of each size from hundreds to a million records, and of several generators:
sizes count the same, and within a size folders do. `--near` fits only the forms of what a mail nearly names, which
depend on the others, `--only` fits some forms by name. Writes bot/matching/calibration.json, and prints how well the
probabilities fit folders that were not fitted to.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from bot.matching import MailWords, Selection
from bot.matching.decide import AGAINST, FAR_BEHIND, FOR, Place, compete, crowded, decide, features, place
from bot.matching.find import candidates, look
from bot.matching.index import Index
from bot.matching.namesakes import doubt_namesakes
from bot.matching.offline import record_of
from bot.matching.reading import read
from bot.matching.scale import weigh
from bot.matching.second_look import second_look
from bot.matching.weigh import SHOWN_ONLY, Form

TARGET = Path(__file__).parents[1] / "bot" / "matching" / "calibration.json"
RIDGE = 1.0
DOUBT = 0.0005  # invented mails are plainer than real ones: nothing is quite certain
FEWEST = 300  # candidates of a form in a place; with fewer, all places of the form are taken together
BINS = 10
MOST = 20  # matches of one mail
SHOWN = 0.03  # probability

Array = np.ndarray[Any, np.dtype[Any]]
Sample = tuple[Form, Place, list[float], bool]


def samples(folder: Path) -> list[Sample]:
    """Every candidate of every mail: its form, its place, its features, and whether it is right."""
    found: list[Sample] = []
    with (folder / "directory.jsonl").open(encoding="utf-8") as lines:
        index = Index.build((record_of(json.loads(line)) for line in lines), "DE")
    for line in (folder / "mails.jsonl").read_text("utf-8").splitlines():
        mail: dict[str, Any] = json.loads(line)
        right = {id_ for ids in mail["gold"] for id_ in ids}
        neither = set(mail["soft"]) - right
        words = MailWords.from_headers(mail["from"], mail["to"], mail["subject"], mail["text"])
        sight = look(read(words, frozenset(), (), "DE"), index)
        fits = weigh(sight, index, candidates(sight, index))
        doubt_namesakes(fits, words, sight, own=frozenset(), region="DE")
        nearly = second_look(sight, index, decide(fits, index.population, Selection(), MOST))
        for verdict in [*compete(fits), *compete(nearly)]:
            id_ = verdict.fit.record.ref.id
            if id_ in neither or verdict.behind > FAR_BEHIND or crowded(verdict):
                continue
            found.append((verdict.fit.form, place(verdict), features(verdict, index.population), id_ in right))
    return found


def size_class(folder: Path) -> int:
    """The power of ten that is nearest to the number of records."""
    with (folder / "directory.jsonl").open("rb") as lines:
        return round(math.log10(sum(1 for _ in lines)))


def shares(sizes: list[int], counts: list[int]) -> list[float]:
    """What a candidate of each folder counts, one on average."""
    folders = Counter(sizes)
    each = sum(counts) / len(folders)
    return [each / folders[size] / count for size, count in zip(sizes, counts, strict=True)]


def fit(x: Array, y: Array, share: Array) -> Array:
    """Logistic regression; what would speak against its nature (see `features`) is left out."""
    left = np.ones(x.shape[1], bool)
    while True:
        weights = np.zeros(x.shape[1])
        weights[left] = _newton(x[:, left], y * (1 - 2 * DOUBT) + DOUBT, share)
        wrong = np.zeros(x.shape[1], bool)
        wrong[FOR], wrong[AGAINST] = weights[FOR] < 0, weights[AGAINST] > 0
        if not wrong.any():
            return weights
        left &= ~wrong


def _newton(x: Array, y: Array, share: Array) -> Array:
    """Logistic regression with a ridge, by Newton's method; a step that makes it worse is halved."""
    weights = np.zeros(x.shape[1])
    ridge = np.array([0.01] + [RIDGE] * (x.shape[1] - 1))

    def loss(tried: Array) -> float:
        z = x @ tried
        return float((share * (np.logaddexp(0, z) - y * z)).sum() + (ridge * tried * tried).sum() / 2)

    now = loss(weights)
    for _ in range(100):
        p = probabilities(x, weights)
        gradient = x.T @ (share * (y - p)) - ridge * weights
        curvature = np.maximum(share * p * (1 - p), 1e-9)
        step = np.linalg.solve((x * curvature[:, None]).T @ x + np.diag(ridge), gradient)
        while (then := loss(weights + step)) > now and np.abs(step).max() > 1e-6:
            step /= 2
        if then > now - 1e-4:
            break
        weights, now = weights + step, then
    return weights


def probabilities(x: Array, weights: Array) -> Array:
    """What these weights make of each row of features."""
    return 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))


def fit_all(data: list[list[Sample]], sizes: list[int], forms: list[Form]) -> dict[Form, dict[Place, Array]]:
    """Weights for each of these forms and each place, from the samples of folders and the folders' size classes."""
    counted = shares(sizes, [len(found) for found in data])
    rows = [(sample, share) for found, share in zip(data, counted, strict=True) for sample in found]
    weights: dict[Form, dict[Place, Array]] = {}
    for form in forms:
        of_form = [row for row in rows if row[0][0] is form]
        if not of_form:
            raise SystemExit(f"no mention of the form {form} in these folders")
        weights[form] = {}
        for where in Place:
            chosen = [row for row in of_form if row[0][1] is where]
            if len(chosen) < FEWEST:
                chosen = of_form
            x, y = np.array([row[0][2] for row in chosen]), np.array([row[0][3] for row in chosen], float)
            weights[form][where] = np.round(fit(x, y, np.array([row[1] for row in chosen])), 4)
    return weights


def report(name: str, found: list[Sample], weights: dict[Form, dict[Place, Array]]) -> str:
    """How well the probabilities of what is shown fit one folder, as a line of text."""
    p = np.array([probabilities(np.array(x), weights[form][where]) for form, where, x, _ in found])
    y = np.array([right for *_, right in found])[p >= SHOWN]
    p = p[p >= SHOWN]
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    error = np.abs(np.bincount(bins, p - y, BINS)).sum() / len(y)
    # A perfect predictor would be off by so much, by chance: half-normal, a little more as mails decide for several
    by_chance = math.sqrt(2 / math.pi) * np.sqrt(np.bincount(bins, p * (1 - p), BINS)).sum() / len(y)
    loss = -np.log(np.maximum(1e-9, np.where(y, p, 1 - p))).mean()
    return (
        f"{name:24} {len(y):6} candidates, {y.mean():.3f} right, calibration error {error:.4f} "
        f"(by chance alone {by_chance:.4f}), log loss {loss:.4f}\n"
    )


def main() -> None:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--test", nargs="*", type=Path, default=[], help="folders that are only measured")
    parser.add_argument("--near", action="store_true", help="fit only the forms of what a mail nearly names")
    parser.add_argument("--only", nargs="*", type=Form, default=[], metavar="FORM", help="fit only these forms")
    args = parser.parse_args()
    with Pool() as workers:
        data = workers.map(samples, [*args.folders, *args.test], 1)
    fitted = args.only or (list(SHOWN_ONLY) if args.near else list(Form))
    kept = json.loads(TARGET.read_text("utf-8"))["weights"]
    weights = {form: {where: np.array(kept[form][where]) for where in Place} for form in Form if form not in fitted}
    weights |= fit_all(data[: len(args.folders)], [size_class(folder) for folder in args.folders], fitted)
    content = {
        "made_by": "benchmarks/calibrate_matching.py",
        "weights": {form: {where: weights[form][where].tolist() for where in Place} for form in Form},
    }
    TARGET.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    for folder, found in zip(args.test or args.folders, data[-len(args.test or args.folders) :], strict=True):
        sys.stdout.write(report(folder.name, found, weights))


if __name__ == "__main__":
    main()
