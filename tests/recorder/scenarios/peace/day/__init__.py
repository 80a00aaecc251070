"""The working day, told by who does something: one file for each, with a timetable called `day`."""
