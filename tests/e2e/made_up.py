"""Made-up rows for the tests: hourly shop figures with a daily season, noise and spikes."""

import datetime
import math
import random

START = datetime.datetime(2025, 1, 1)
COUNTRIES = ["NL", "BE"]
DEVICES = ["phone", "desktop"]


def time_of(hour):
    return (START + datetime.timedelta(hours=hour)).strftime("%Y-%m-%d %H:%M:%S")


def rfc3339(hour):
    return (START + datetime.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def rows(hours, spikes=(), seed=1, first=0):
    """Rows of `hours` hours from hour `first` on, in order of time.

    In the hours of `spikes` the orders of Dutch phones are four times as many. An hour's rows depend
    on nothing but the seed and the hour.
    """
    made = []
    for hour in range(first, first + hours):
        dice = random.Random(f"{seed}/{hour}")
        season = 1 + 0.4 * math.sin(2 * math.pi * hour / 24)
        for country, scale in zip(COUNTRIES, (200, 120)):
            for device, share in zip(DEVICES, (1.0, 0.6)):
                orders = scale * share * season * (1 + 0.03 * dice.gauss(0, 1))
                if hour in spikes and (country, device) == ("NL", "phone"):
                    orders *= 4
                orders = round(orders)
                made.append({"timestamp": time_of(hour), "country": country, "device": device,
                             "orders": orders, "revenue": round(orders * 25.5, 2)})
    return made


def detector(name="shop", **changes):
    """A detector that fits the rows."""
    return {"name": name, "interval": "1h", "learning_intervals": 48,
            "measures": [{"column": "orders", "aggregate": "sum"},
                         {"column": "revenue", "aggregate": "sum"}],
            "dimensions": ["country", "device"], "source": {"http": {}}, **changes}


def to_csv(made):
    """Rows as a CSV text with a header."""
    names = list(made[0])
    lines = [",".join(names)] + [",".join(str(row[name]) for name in names) for row in made]
    return "\n".join(lines) + "\n"
