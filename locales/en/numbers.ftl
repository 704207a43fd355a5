# Numbers, days and times.

number-decimal-mark = .
# Between the names in a list.
number-separator = { ", " }
number-kilobytes = { $number } kB
number-megabytes = { $number } MB
number-megapixels = { $number } MP
number-seconds = { $number } s
number-minutes = { $number } min
number-hours = { $number } h

number-today = Today
number-yesterday = Yesterday
number-long-ago = Long ago
# $month: as number-month says it.
number-day = { $day } { $month }
number-day-in-year = { $day } { $month } { $year }
number-month = { $number ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
# $month and $day have two digits, $time is 22:13:20.
number-moment = { $year }-{ $month }-{ $day } { $time } UTC
