"""The clocks a guest chooses among: those of the country, and the one their browser has."""

ZONES = ["America/New_York", "America/Detroit", "America/Indiana/Indianapolis", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
         "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"]  # fmt: skip
