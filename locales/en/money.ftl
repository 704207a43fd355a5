# What things cost: beside Generate, on cards, and on the page about money.

# $sign: a currency as it is written before a number, such as “$”.
money-amount = { $sign }{ $number }
money-amount-code = { $number } { $code }
# $amount: as money-amount says it.
money-estimate = ≈ { $amount }
money-by-second = { $amount } a second
money-free = free
money-unknown = price not known
money-compute = ≈ { $time } of compute
# $cost: one of the four above.
money-nearly = { $cost } · { $percent } % of the budget is spent
money-too-dear = { $cost } · more than is left of the budget
# $amount: as money-amount says it; $unit: money-per-image, money-per-second or money-per-run.
money-price = { $amount } { $unit }
money-per-image = a picture
money-per-second = a second
money-per-run = a run
money-generations = { $number ->
    [one] 1 generation
   *[other] { $number } generations
}

money-title = Money
# $link: money-title.
money-of-connections = What things cost, and how much was spent: { $link }
money-about = Costs are estimated from the prices that were entered here, before a run and after it. Only the provider’s bill says for sure.
money-saved = Saved.
money-removed = Removed.
money-wrong-amount = Enter an amount like 0.003, and a whole number of generations, from zero to a million.
money-wrong-pattern = Enter a model like replicate:owner/name, without spaces.
money-wrong-currency = Enter a currency by its three letters, like USD.
money-no-limit = Enter an amount, a number of generations, or both.
money-too-many = There are 500 prices already. Remove one first.

money-budgets = Budgets
money-no-budgets = Nothing is limited.
money-all = Everybody together
money-each = Everybody who is not an owner, each
money-yours = You
money-somebody = Somebody without a name
# $spent and $limit: as money-amount or money-generations says it; $spent may be a number.
money-of = { $spent } of { $limit }
money-a-day = a day
money-a-month = a month
money-used-up = used up
money-spent-of = Spent by: { $name }
money-remove = Remove
money-remove-budget = Remove the budget: { $name }
money-new-budget = Set a budget
money-whose = For
money-whose-help = A person’s own budget replaces the one that each has. Days and months begin at midnight UTC.
money-limit = Money, in { $code }
money-count = Generations
money-limit-help = Either may be empty. People who have spent 80 % are warned; at 100 % nothing more is started. Money limits only models that have a price: the others can still be run, so limit generations too.
money-period = Every
money-set-budget = Set budget

money-spent = Spent
money-by = Add up by
money-by-month = Month
money-by-day = Day
money-by-model = Model
money-by-person = Person
money-by-key = API key
money-nothing-spent = Nothing has been made yet.
money-no-key = Without a key
money-unpriced = { $number ->
    [one] 1 without a price
   *[other] { $number } without a price
}
money-own-key = { $number ->
    [one] 1 with a person’s own key, which no budget counts
   *[other] { $number } with people’s own keys, which no budget counts
}
money-csv = All of the last year as CSV

money-prices = Prices
money-prices-about = Enter what the provider charges. Nothing is guessed: without a price here, nobody knows what a picture costs.
money-no-prices = No prices yet.
money-in-file = from EASEL_PRICES
money-remove-price = Remove the price of { $model }
money-new-price = Enter a price
money-model = Model
money-model-help = A model reference; * stands for anything, as in replicate:* for all of Replicate. The most specific entry for a model applies.
money-amount-of = Price
money-unit = Paid for
money-enter-price = Enter price
money-currency = Currency
money-currency-help = For all prices and budgets here. What was spent before in another currency no longer counts.
money-set-currency = Set
money-currency-in-file = The currency is { $code }, from EASEL_PRICES.
money-at-least = at least ≈ { $amount }
