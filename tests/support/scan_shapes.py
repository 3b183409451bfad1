"""What other shapes of the scan's statistic would gain, at equal false alarms, on sums of twelve sizes.

    python -m tests.support.scan_shapes [seed]

Prints, by day and by night, the geometric mean of the minutes to the alarm over the shipped shape's; 120: missed.
Slow noise: lognormal, memory of two hours, coefficients of variation 0.15 of a sum's own and 0.2 of all.
"""

import sys
from collections.abc import Callable

import numpy as np
from scipy.signal import lfilter

DAY, LEAD, AFTER, TRIALS, DAYS = 1440, 180, 120, 1200, 80
HOURS, READY = (0, 1, 5, 7.5, 9, 21, 22.5, 24), (0.5, 0.3, 0.15, 0.5, 1.0, 1.0, 0.7, 0.5)
SIZES = np.geomspace(0.02, 3.0, 12)
"""Reports a minute of a sum at full readiness."""
CV2, WANTED = 0.1, 6
"""What the statistic holds the squared variation to be; false alarms of all sums together over the quiet days."""
Shape = Callable[[np.ndarray, np.ndarray], np.ndarray]


def faded(values: np.ndarray, scale: float, power: int = 1) -> np.ndarray:
    """An exponential window."""
    return np.asarray(lfilter([1.0], [1.0, -((1.0 - 1.0 / scale) ** power)], values, axis=0))


def flat(values: np.ndarray, scale: int) -> np.ndarray:
    """A window of so many minutes, each counting alike."""
    whole = np.cumsum(np.concatenate([np.zeros((1, values.shape[1])), values]), axis=0)
    found = whole[1:].copy()
    found[scale:] = whole[scale + 1 :] - whole[1:-scale]
    return found


def scaled(seen: np.ndarray, mean: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """The shipped statistic: a Poisson deviance divided by the dispersion."""
    with np.errstate(divide="ignore", invalid="ignore"):
        nats = (seen * np.log(seen / mean) - (seen - mean)) / ((chance + CV2 * mean**2) / mean)
    return np.where(seen > mean, nats, 0.0)


def cheapest(seen: np.ndarray, mean: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Poisson with a lognormal rate: the least that chance and slow noise together have to be unlikely by."""
    unit, pull = chance / mean, 1.0 / np.log1p(CV2)
    w, m = np.maximum(seen, mean) / unit, mean / unit
    whole = np.log(w / m)
    lift = whole.copy()
    for _ in range(4):
        lift -= (m * np.exp(lift) + lift * pull - w) / (m * np.exp(lift) + pull)
    return np.asarray(w * (whole - lift) - (w - m * np.exp(lift)) + 0.5 * pull * lift**2)


def exponential(*scales: float, by: Callable[..., np.ndarray] = scaled) -> Shape:
    """The best over these scales."""
    return lambda x, mu: np.max(
        [by(faded(x, h), faded(mu, h) + 0.05, faded(mu, h, 2) + 0.05) for h in scales], axis=0
    )


def even(*scales: int) -> Shape:
    """The same with flat windows."""
    return lambda x, mu: np.max(
        [scaled(flat(x, h), flat(mu, h) + 0.05, flat(mu, h) + 0.05) for h in scales], axis=0
    )


SHAPES: dict[str, Shape] = {
    "shipped: 2, 8, 30, 90 min": exponential(2, 8, 30, 90),
    "five scales: 2, 5, 15, 40, 90 min": exponential(2, 5, 15, 40, 90),
    "six scales: 2, 4, 8, 15, 30, 60 min": exponential(2, 4, 8, 15, 30, 60),
    "flat windows: 3, 8, 20, 60 min": even(3, 8, 20, 60),
    "Poisson with a lognormal rate, shipped scales": exponential(2, 8, 30, 90, by=cheapest),
    "ratio rule, 15 min": lambda x, mu: flat(x, 15) / np.maximum(flat(mu, 15), 1.0),
}


def noise(chance: np.random.Generator, ticks: int, sums: int, cv: float) -> np.ndarray:
    """(ticks, sums) factors, 1 on average, held for ten minutes each."""
    keep, sd = np.exp(-10.0 / 120.0), np.sqrt(np.log1p(cv * cv))
    fresh = np.sqrt(1.0 - keep**2) * chance.standard_normal((ticks // 10, sums))
    path = lfilter([1.0], [1.0, -keep], fresh, axis=0)
    return np.repeat(np.exp(sd * path - sd * sd / 2.0), 10, axis=0)


def thresholds(chance: np.random.Generator) -> dict[str, float]:
    """Of each shape: passed in `WANTED` hours of the quiet days."""
    ticks = DAYS * DAY
    mu = SIZES[None, :] * np.interp(np.arange(ticks) % DAY / 60.0, HOURS, READY)[:, None]
    rate = mu * noise(chance, ticks, len(SIZES), 0.15) * noise(chance, ticks, 1, 0.2)
    seen = chance.poisson(rate).astype(float)
    hours = {
        name: shape(seen, mu)[DAY:].max(axis=1).reshape(-1, 60).max(axis=1) for name, shape in SHAPES.items()
    }
    return {name: float(np.sort(each)[-WANTED]) for name, each in hours.items()}


def minutes(
    chance: np.random.Generator, first: int, last: int, set_at: dict[str, float]
) -> dict[str, np.ndarray]:
    """Of outages that begin between these hours: 1.5 to 8 times the usual on top, at once or over ten minutes."""
    begins, size = (
        chance.integers(first * 60, last * 60, TRIALS),
        SIZES[chance.integers(0, len(SIZES), TRIALS)],
    )
    age = np.arange(-LEAD, AFTER)[:, None]
    mu = size * np.interp((begins + age) % DAY / 60.0, HOURS, READY)
    height = mu[LEAD] * chance.choice([1.5, 3.0, 8.0], TRIALS) + chance.choice([0.1, 0.2], TRIALS)
    course = np.where(chance.random(TRIALS) < 0.33, 1.0, np.minimum((age + 1) / 10.0, 1.0)) * (age >= 0)
    slow = noise(chance, LEAD + AFTER, TRIALS, 0.15) * noise(chance, LEAD + AFTER, TRIALS, 0.2)
    seen = chance.poisson(mu * slow + height * course).astype(float)
    past = {name: shape(seen, mu)[LEAD:] > set_at[name] for name, shape in SHAPES.items()}
    return {name: np.where(p.any(axis=0), p.argmax(axis=0) + 1.0, AFTER) for name, p in past.items()}


def main() -> None:
    """Print the table."""
    chance = np.random.default_rng(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    set_at = thresholds(chance)
    day, night = minutes(chance, 9, 19, set_at), minutes(chance, 0, 5, set_at)
    shipped = next(iter(SHAPES))
    for name in SHAPES:
        ratios = [float(np.exp(np.log(each[name] / each[shipped]).mean())) for each in (day, night)]
        sys.stdout.write(f"{name:46s} day {ratios[0]:.2f}  night {ratios[1]:.2f}\n")


if __name__ == "__main__":
    main()
