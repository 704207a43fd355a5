# Pessoas que têm um nome aqui: entrar, seguir um link, a conta.

people-sign-in = Entrar
people-name = Nome
people-password = Senha
people-sign-in-about = Este Easel é para quem foi convidado por quem é dono dele.
people-forgot = Esqueceu a senha? Quem é dono obtém um link para uma nova com “easel people reset NOME”.
people-no-owner = Este Easel ainda não tem dono. Quem o iniciou passa a ser dono pelo link que ele mostrou ao iniciar; “easel people link” mostra outro.
people-proxy = Este Easel deixa entrar quem o proxy à frente dele nomeia. Este pedido veio por outro caminho, ou o nome falta, foi removido por um dono ou se parece com o de outra pessoa: abra o endereço de costume e entre por lá, ou fale com um dono.
people-link-proxy = Este link funciona onde o proxy à frente deste Easel diz quem você é: abra-o no endereço de costume, depois de entrar por lá.
people-wrong = O nome ou a senha está errado.
people-too-soon = Foram tentadas senhas demais. Tente de novo em { $seconds } s.
people-busy = Há gente demais entrando agora. Tente de novo daqui a pouco.
people-store = O banco de dados do Easel não responde. Tente de novo daqui a pouco.
people-no-name = Dê um nome de no máximo 100 letras que se possam ver.
people-no-password = Uma senha tem de { $least } a { $most } caracteres.
people-password-help = Pelo menos { $least } caracteres; algumas palavras servem bem.
people-taken = Já existe alguém chamado “{ $name }”. Escolha outro nome.
people-gone = Este link não leva mais a lugar nenhum: já foi usado ou expirou. Peça outro.
people-come-in = Entrar no Easel
# $role: people-owner, people-maker or people-viewer.
people-invited = Você foi convidado para este Easel, como { $role }. Escolha um nome e uma senha. O que este navegador já criou aqui vai junto.
people-new-password-for = Uma nova senha para { $name }
people-reset-about = Depois disso, você sai de todos os outros lugares.
# $role: people-owner, people-maker or people-viewer.
people-become = Com este link, você passa a ser { $role } aqui.
people-owner = dono
people-maker = criador
people-viewer = observador
people-title = Pessoas
# $role: people-owner, people-maker or people-viewer.
people-you = Você é { $name }, { $role }.
# $link: people-title.
people-of-connections = A sua conta e quem mais está aqui: { $link }
people-change-password = Trocar a senha
people-old-password = Senha atual
people-new-password = Nova senha
people-changed = A senha foi trocada, e você saiu de todos os outros lugares.
people-browsers = Onde você entrou
people-some-browser = Um navegador
people-this-browser = este navegador
people-signed-in-on = entrou em { $day }
people-sign-out = Sair
people-sign-out-of = Sair de { $browser }
people-sign-out-everywhere = Sair de todos os lugares
people-everybody = Todos
people-roles = Um dono pode tudo aqui. Um criador cria imagens com os modelos oferecidos. Um observador vê o que existe, e não começa nem muda nada.
people-since = desde { $day }
people-role = Papel
people-role-of = Papel de { $name }
people-set-role = Definir
people-set-role-of = Definir o papel de { $name }
people-remove = Remover
people-remove-named = Remover { $name }…
people-remove-about = A pessoa sai imediatamente, as chaves de API dela não abrem mais nada, e o que ela compartilhou deixa de ser compartilhado. O que ela criou fica no servidor, mas ninguém vê. Isso não pode ser desfeito.
people-remove-made = Apagar também o que a pessoa criou
people-remove-named-by-proxy = A pessoa fica de fora mesmo que o proxy a indique, até que alguém digite: easel people readmit NOME
people-removed = { $name } não está mais aqui.
people-last-owner = Um Easel tem dono: torne outra pessoa dona primeiro.
people-not-here = Esta pessoa não está mais aqui. Talvez outra pessoa a tenha removido.
people-invite = Convidar alguém
people-make-link = Criar um link
# $role: people-owner, people-maker or people-viewer.
people-link = Este link deixa entrar uma pessoa, uma vez, em até 7 dias, como { $role }. Ele só aparece desta vez: copie agora.
people-links = Links que ninguém seguiu ainda
people-link-until = até { $day }
people-take-back = Retirar
