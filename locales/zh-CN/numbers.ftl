# Numbers, days and times.

number-decimal-mark = .
number-separator = 、
number-kilobytes = { $number } kB
number-megabytes = { $number } MB
number-megapixels = { $number } MP
number-seconds = { $number } 秒
number-minutes = { $number } 分钟
number-hours = { $number } 小时

number-today = 今天
number-yesterday = 昨天
number-long-ago = 很久以前
number-day = { $month }{ $day }日
number-day-in-year = { $year }年{ $month }{ $day }日
number-month = { $number }月
number-moment = { $year }-{ $month }-{ $day } { $time } UTC
