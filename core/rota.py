"""Who is on duty: a department's officials take turns, a week each. Pure."""

from datetime import date, datetime

from core.city import City, Department, Official
from core.deadlines import local

MONDAY = date(2024, 1, 1).toordinal()


def on_duty(city: City, department: Department, now: datetime) -> Official | None:
    """The official whose week it is; weeks begin on Monday, in the city. None without a rota."""
    there = [one for key in department.duty if (one := city.official_by_key(key))]
    if not there:
        return None
    week = (local(city, now).date().toordinal() - MONDAY) // 7
    return there[week % len(there)]
