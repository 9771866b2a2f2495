#!/usr/bin/env python3
"""Makes the small synthetic inputs of this folder: households.csv, panel.csv and durations.csv, with ties, zeros and weights.

    python3 inputs.py [FOLDER]

Nothing in them is of a real household. Fixed seeds; only `random.random` is drawn from, whose sequence Python promises to keep.
"""
import math
import pathlib
import random
import sys

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
FOLDER = FOLDER if FOLDER.is_dir() else FOLDER.parent


def normal(luck):
    return math.sqrt(-2 * math.log(1 - luck.random())) * math.cos(2 * math.pi * luck.random())


def write(name, header, rows):
    lines = [",".join(header)] + [",".join(str(cell) for cell in row) for row in rows]
    (FOLDER / name).write_text("\n".join(lines) + "\n")


def households(count=400):
    """Clusters of 10 in 8 strata; weights 0.5 to 5; some spend nothing on care; some have no income; income in tens."""
    luck = random.Random(20240601)
    rows = []
    for household in range(count):
        cluster = household // 10
        stratum = cluster // 5
        size = 1 + int(6 * luck.random() ** 1.5)
        children = int(size / 2 * luck.random())
        level = math.exp(8.9 + 0.5 * normal(luck) + 0.05 * stratum)
        consumption = round(level * size**0.8, 2)
        sick = luck.random() < 0.7
        oop = round(consumption * min(0.9, luck.random() ** 3)) if sick else 0
        food = round((consumption - oop) * (0.2 + 0.5 * luck.random()))
        income = 0 if luck.random() < 0.02 else round(size * level * math.exp(0.3 * normal(luck)) / 10) * 10
        wealth = round(math.log(level) + 0.4 * normal(luck), 5)
        ill = int(luck.random() < 1 / (1 + math.exp(wealth - 8.5)))
        schooling = max(0, min(16, round(6 + 2 * (wealth - 9) + 2 * normal(luck))))
        weight = round(0.5 + 4.5 * luck.random(), 3)
        rows.append(
            [household + 1, stratum + 1, cluster + 1, weight, size, children, consumption, oop, food, income, wealth, ill, schooling, 5000]
        )
    header = "id,stratum,psu,weight,size,children,consumption,oop,food,income,rank,outcome,schooling,line".split(",")
    write("households.csv", header, rows)


def panel(count=80, waves=8):
    """Welfare over the poverty line: a household's own level and luck that lasts; one in twelve interviews is missing."""
    luck = random.Random(20240602)
    rows = []
    for household in range(count):
        own, lasting = 0.25 + 0.35 * normal(luck), 0.0
        weight = round(0.5 + 2 * luck.random(), 3)
        for wave in range(waves):
            lasting = 0.6 * lasting + 0.3 * normal(luck)
            welfare = round(math.exp(own + lasting), 4)
            if luck.random() >= 1 / 12:
                rows.append([household + 1, wave + 1, weight, welfare])
    write("panel.csv", ["id", "wave", "weight", "welfare"], rows)


def durations(count=150):
    """Whole years of spells that end with probability 0.35 a year, censored at random and at 10; with ties."""
    luck = random.Random(20240603)
    rows = []
    for spell in range(count):
        length = 1 + int(math.log(1 - luck.random()) / math.log(0.65))
        seen = 1 + int(10 * luck.random())
        rows.append([spell + 1, min(length, seen), int(length <= seen), round(0.5 + luck.random(), 3)])
    write("durations.csv", ["id", "time", "ended", "weight"], rows)


households()
panel()
durations()
