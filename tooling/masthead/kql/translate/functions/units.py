"""convert_length and its kin: a value in another unit; null where a unit is none of the documented ones.

Each quantity lists what one of its units is in the quantity's base unit.
"""

from __future__ import annotations

import math

from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_FOOT, _POUND, _GRAVITY = 0.3048, 0.45359237, 9.80665
_US_FOOT = 1200 / 3937
_INCH = _FOOT / 12
_GALLON, _IMPERIAL_GALLON = 231 * _INCH**3, 0.00454609
_BTU, _CALORIE, _VOLT = 1055.05585262, 4.184, 1.602176634e-19

_ANGLE = {  # degrees
    **{"Arcminute": 1 / 60, "Arcsecond": 1 / 3600, "Degree": 1.0, "Gradian": 0.9, "NatoMil": 360 / 6400},
    **{"Revolution": 360.0, "Millidegree": 1e-3, "Microdegree": 1e-6, "Nanodegree": 1e-9},
    **{f"{p}radian": math.degrees(f) for p, f in (("Deci", 0.1), ("Centi", 0.01), ("Milli", 1e-3))},
    **{"Microradian": math.degrees(1e-6), "Nanoradian": math.degrees(1e-9), "Radian": math.degrees(1)},
}
_ENERGY = {  # joules
    **{"Joule": 1.0, "Millijoule": 1e-3, "Kilojoule": 1e3, "Megajoule": 1e6, "Gigajoule": 1e9, "Erg": 1e-7},
    **{"Calorie": _CALORIE, "Kilocalorie": _CALORIE * 1e3, "Megacalorie": _CALORIE * 1e6},
    **{"BritishThermalUnit": _BTU, "KilobritishThermalUnit": _BTU * 1e3},
    **{"MegabritishThermalUnit": _BTU * 1e6, "GigabritishThermalUnit": _BTU * 1e9},
    **{"ElectronVolt": _VOLT, "KiloelectronVolt": _VOLT * 1e3, "MegaelectronVolt": _VOLT * 1e6},
    **{"GigaelectronVolt": _VOLT * 1e9, "TeraelectronVolt": _VOLT * 1e12},
    **{"WattHour": 3600.0, "KilowattHour": 3.6e6, "MegawattHour": 3.6e9, "GigawattHour": 3.6e12},
    **{"TerawattHour": 3.6e15, "WattDay": 86_400.0, "KilowattDay": 8.64e7, "MegawattDay": 8.64e10},
    **{"GigawattDay": 8.64e13, "TerawattDay": 8.64e16, "FootPound": _FOOT * _POUND * _GRAVITY},
}
_FORCE = {  # newtons
    **{"Newton": 1.0, "Decanewton": 10.0, "Kilonewton": 1e3, "Meganewton": 1e6, "Millinewton": 1e-3},
    **{"Micronewton": 1e-6, "Dyn": 1e-5, "KilogramForce": _GRAVITY, "KiloPond": _GRAVITY},
    **{"TonneForce": _GRAVITY * 1e3, "PoundForce": _POUND * _GRAVITY, "KilopoundForce": _POUND * _GRAVITY * 1e3},
    **{"OunceForce": _POUND * _GRAVITY / 16, "ShortTonForce": _POUND * _GRAVITY * 2000, "Poundal": _POUND * _FOOT},
}
_LENGTH = {  # metres
    **{"Meter": 1.0, "Decimeter": 0.1, "Centimeter": 0.01, "Millimeter": 1e-3, "Micrometer": 1e-6},
    **{"Nanometer": 1e-9, "Angstrom": 1e-10, "Decameter": 10.0, "Hectometer": 100.0, "Kilometer": 1e3},
    **{"Inch": _INCH, "Microinch": _INCH / 1e6, "Mil": _INCH / 1e3, "Hand": _INCH * 4, "Foot": _FOOT},
    **{"Yard": _FOOT * 3, "Fathom": _FOOT * 6, "Chain": _FOOT * 66, "Shackle": _FOOT * 90, "Mile": _FOOT * 5280},
    **{"UsSurveyFoot": _US_FOOT, "NauticalMile": 1852.0, "DtpPoint": _INCH / 72, "DtpPica": _INCH / 6},
    **{"Twip": _INCH / 1440, "AstronomicalUnit": 149_597_870_700.0},
}
_MASS = {  # kilograms
    **{"Kilogram": 1.0, "Gram": 1e-3, "Decigram": 1e-4, "Centigram": 1e-5, "Milligram": 1e-6},
    **{"Microgram": 1e-9, "Nanogram": 1e-12, "Decagram": 0.01, "Hectogram": 0.1, "Tonne": 1e3},
    **{"Kilotonne": 1e6, "Megatonne": 1e9, "Pound": _POUND, "Kilopound": _POUND * 1e3, "Megapound": _POUND * 1e6},
    **{"Ounce": _POUND / 16, "Grain": _POUND / 7000, "Stone": _POUND * 14, "ShortHundredweight": _POUND * 100},
    **{"LongHundredweight": _POUND * 112, "ShortTon": _POUND * 2000, "LongTon": _POUND * 2240},
    **{"Slug": _POUND * _GRAVITY / _FOOT},
}
_PER = {"Hour": 3600.0, "Minute": 60.0, "Second": 1.0}
_SPEED = {  # metres a second
    **{f"{unit}Per{time}": _LENGTH[unit] / seconds
       for unit in ("Centimeter", "Foot", "Inch", "Kilometer", "Meter", "Millimeter", "UsSurveyFoot", "Yard")
       for time, seconds in _PER.items()},
    **{f"{unit}Per{time}": _LENGTH[unit] / _PER[time]
       for unit in ("Decimeter", "Micrometer", "Nanometer") for time in ("Minute", "Second")},
    **{"MilePerHour": _LENGTH["Mile"] / 3600, "Knot": 1852 / 3600},
}  # fmt: skip
_VOLUME = {  # cubic metres
    **{"CubicMeter": 1.0, "HectocubicMeter": 100.0, "KilocubicMeter": 1e3, "CubicHectometer": 1e6},
    **{"CubicKilometer": 1e9, "CubicDecimeter": 1e-3, "CubicCentimeter": 1e-6, "CubicMillimeter": 1e-9},
    **{"CubicMicrometer": 1e-18, "Liter": 1e-3, "Deciliter": 1e-4, "Centiliter": 1e-5, "Milliliter": 1e-6},
    **{"Microliter": 1e-9, "Decaliter": 0.01, "Hectoliter": 0.1, "Kiloliter": 1.0, "Megaliter": 1e3},
    **{"CubicInch": _INCH**3, "CubicFoot": _FOOT**3, "HectocubicFoot": _FOOT**3 * 100},
    **{"KilocubicFoot": _FOOT**3 * 1e3, "MegacubicFoot": _FOOT**3 * 1e6, "CubicYard": _FOOT**3 * 27},
    **{"CubicMile": _LENGTH["Mile"] ** 3, "BoardFoot": _FOOT**3 / 12, "OilBarrel": _GALLON * 42},
    **{"UsGallon": _GALLON, "DecausGallon": _GALLON * 10, "DeciusGallon": _GALLON / 10},
    **{"HectousGallon": _GALLON * 100, "KilousGallon": _GALLON * 1e3, "MegausGallon": _GALLON * 1e6},
    **{"UsQuart": _GALLON / 4, "UsPint": _GALLON / 8, "UsCustomaryCup": _GALLON / 16, "UsOunce": _GALLON / 128},
    **{"UsTablespoon": _GALLON / 256, "UsTeaspoon": _GALLON / 768, "UsBeerBarrel": _GALLON * 31},
    **{"ImperialGallon": _IMPERIAL_GALLON, "KiloimperialGallon": _IMPERIAL_GALLON * 1e3},
    **{"MegaimperialGallon": _IMPERIAL_GALLON * 1e6, "ImperialPint": _IMPERIAL_GALLON / 8},
    **{"ImperialOunce": _IMPERIAL_GALLON / 160, "ImperialBeerBarrel": _IMPERIAL_GALLON * 36},
    "AcreFoot": 1 / 0.000810714,  # as the documentation's example has it
    **{"UsLegalCup": 0.00024, "MetricCup": 0.00025, "MetricTeaspoon": 5e-6, "AuTablespoon": 2e-5},
}
# Of these units the definition varies, and the documentation gives none: which one Kusto uses is not known.
_UNDEFINED = {
    "angle": {"Tilt"},
    "energy": {"DecathermEc", "DecathermImperial", "DecathermUs", "HorsepowerHour", "ThermEc", "ThermImperial"}
    | {"ThermUs"},
    "length": {"DataMile", "KilolightYear", "Kiloparsec", "LightYear", "MegalightYear", "Megaparsec", "Parsec"}
    | {"PrinterPica", "PrinterPoint", "SolarRadius"},
    "mass": {"EarthMass", "SolarMass"},
    "temperature": {"SolarTemperature"},
    "volume": {"UkTablespoon"},
}
# What a degree of a scale is in kelvins, and where its zero lies.
_TEMPERATURE = {
    "Kelvin": (1.0, 0.0),
    "DegreeCelsius": (1.0, 273.15),
    "MillidegreeCelsius": (1e-3, 273.15),
    "DegreeFahrenheit": (5 / 9, 459.67 * 5 / 9),
    "DegreeRankine": (5 / 9, 0.0),
    "DegreeDelisle": (-2 / 3, 373.15),
    "DegreeNewton": (100 / 33, 273.15),
    "DegreeReaumur": (1.25, 273.15),
    "DegreeRoemer": (40 / 21, 273.15 - 7.5 * 40 / 21),
}


def _enter(quantity: str, units: dict[str, tuple[float, float]]) -> None:
    name, undefined = f"convert_{quantity}", _UNDEFINED.get(quantity, set())

    def converted(value: float | None, source: str | None, target: str | None) -> float | None:
        for unit in (source, target):
            if unit in undefined:
                raise ValueError(f"{REFUSAL}{name}() with the unit {unit}, which has several definitions")
        if value is None or source not in units or target not in units:
            return None
        if source == target:
            return value
        (size, zero), (wanted, origin) = units[source], units[target]
        return (value * size + (zero - origin)) / wanted

    python_function(f"kq_{name}", ["DOUBLE", "VARCHAR", "VARCHAR"], "DOUBLE")(converted)
    scalar(name, "real, string, string", f"kq_{name}({{0}}, {{1}}, {{2}})")


for _quantity, _sizes in (
    ("angle", _ANGLE),
    ("energy", _ENERGY),
    ("force", _FORCE),
    ("length", _LENGTH),
    ("mass", _MASS),
    ("speed", _SPEED),
    ("volume", _VOLUME),
):
    _enter(_quantity, {unit: (size, 0.0) for unit, size in _sizes.items()})
_enter("temperature", _TEMPERATURE)
