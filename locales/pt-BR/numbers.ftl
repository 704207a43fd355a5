# Numbers, days and times.

number-decimal-mark = ,
number-separator = { ", " }
number-kilobytes = { $number } kB
number-megabytes = { $number } MB
number-megapixels = { $number } MP
number-seconds = { $number } s
number-minutes = { $number } min
number-hours = { $number } h

number-today = Hoje
number-yesterday = Ontem
number-long-ago = Há muito tempo
number-day = { $day } de { $month }
number-day-in-year = { $day } de { $month } de { $year }
number-month = { $number ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[12] dezembro
}
number-moment = { $day }/{ $month }/{ $year } { $time } UTC
