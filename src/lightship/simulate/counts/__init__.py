"""Years of counted reports with known truth: quiet times with all their noise, press bursts, and outages on top.

Made for measuring detection, where years have to pass in minutes: counts come as sparse columns, a day at a time, and
nothing is drawn for a report but where and when it fell. `simulate.reports` makes reports singly, for replays.
"""
