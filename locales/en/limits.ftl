# The page on which an owner says how much people may do.

limits-title = Limits
# $link: limits-title.
limits-of-connections = How much people may do here: { $link }
limits-about = They apply to makers, visitors and API keys, immediately and on all servers. Owners are bound only by the limits on uploads, sign-ins and searches. An empty field means the usual number.
limits-people = Generations
limits-files = Files and pictures
limits-addresses = From one address
limits-name = { $limit ->
    [at-once] Under way at once, of one person
    [an-hour] Begun within an hour, by one person
    [a-day] Begun on a day, by one person
    [a-day-in-all] Begun on a day, by all together
    [uploads] Megabytes uploaded on a day, by one person
    [kept] Megabytes kept of one person
    [kept-in-all] Megabytes kept of all together
    [sign-ins] Passwords tried, before there is a pause of 30 s between two
    [searches] Searches for models within a minute
    [starts] Generations begun within a minute
   *[other] Limit
}
# $least, $most and $usual: whole numbers.
limits-help = From { $least } to { $most }, usually { $usual }.
limits-in = Set by { $variable } in the environment, which takes precedence: change it there.
limits-save = Save limits
limits-saved = Saved. It applies from now on.
limits-unchanged = Nothing was changed.
# $limit: as limits-name says it.
limits-wrong = “{ $limit }” must be a whole number from { $least } to { $most }. Nothing was saved.
limits-day = Days begin at midnight UTC. A visitor without a name is counted by address; this machine itself may do ten times as much.
