# A página sobre o que as pessoas fizeram aqui.

happened-title = O que aconteceu
# $link: happened-title.
happened-of-connections = Quem entrou e quem mudou, compartilhou ou apagou o quê: { $link }
happened-about = Do mais novo ao mais antigo, por 400 dias. Não há chaves, senhas nem prompts aqui.
happened-nothing = Nada ainda.
happened-earlier = Antes
happened-csv = Tudo em CSV
# These follow a name. $about: whom or what it is about, in the words of whoever did it.
happened-signed-in = entrou
happened-came-in = entrou por um link
happened-signed-out = saiu
happened-changed-password = trocou a senha
happened-invited = criou um link para alguém novo: { $about }
happened-took-back = retirou um link
happened-set-role = mudou um papel: { $about }
happened-removed-person = removeu uma pessoa: { $about }
happened-made-api-key = criou uma chave de API: { $about }
happened-revoked-api-key = revogou uma chave de API: { $about }
happened-gave-key = informou a chave de um provedor: { $about }
happened-removed-key = removeu a chave de um provedor: { $about }
happened-set-price = informou um preço: { $about }
happened-removed-price = removeu um preço: { $about }
happened-set-currency = definiu a moeda: { $about }
happened-set-budget = definiu um orçamento: { $about }
happened-removed-budget = removeu um orçamento: { $about }
happened-shared = compartilhou: { $about }
happened-unshared = deixou de compartilhar: { $about }
happened-deleted = apagou: { $about }
happened-restored = restaurou: { $about }
happened-spent = começou uma geração: { $about }
happened-gave-own-key = informou uma chave própria: { $about }
happened-removed-own-key = removeu a própria chave: { $about }
happened-set-limit = mudou um limite: { $about }
happened-set-offers = mudou os modelos oferecidos: { $about }
happened-set-origins = mudou as origens que podem ser contatadas: { $about }
happened-set-own-keys = mudou se as pessoas podem trazer chaves próprias: { $about }
happened-copied-space = mandou duplicar um Space: { $about }
happened-failed-sign-in = tentou uma senha errada, a partir de { $about }
