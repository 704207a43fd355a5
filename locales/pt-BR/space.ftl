# Gradio apps, and copies of Spaces.

space-by = Space de { $owner } · Gradio { $version }
space-app = App Gradio · Gradio { $version }
space-details = o que recebe e devolve
space-endpoint = Endpoint
space-inputs = Entradas
space-outputs = Saídas
space-column-name = Nome
space-column-type = Tipo
space-column-default = Padrão
space-duplicate = Duplicar este Space

space-copy-title = Duplicar { $space }
space-copy-help = Uma cópia privada na sua conta da Hugging Face, só para você. Se você já fez uma antes, ela é usada de novo. Os segredos do original não são copiados.
space-copy-hardware = Hardware
space-copy-as-original = como o original
space-copy-sleep = Dormir depois de, em minutos
space-copy-most = Quanto uma hora pode custar, em dólares
space-copy-prices = Preços
space-copy-close = Fechar
space-copy-make = Duplicar
space-copy-working = Fazendo a cópia · { $stage }
space-copy-existed = Sua cópia anterior está escolhida agora.
space-copy-done = A cópia está rodando e foi escolhida.
space-copy-failed = Falhou: { $what }. { $next }
space-copy-refused = Falhou: { $what }. “{ $detail }” { $next }
space-copy-free = cpu-basic é grátis. A maioria dos modelos de imagem fica muito lenta nele ou nem inicia.
space-copy-billed = A Hugging Face cobra { $hardware } por hora na sua conta, do início até o Space dormir, { $minutes } min depois do último uso.
space-copy-as-billed = A cópia recebe o hardware do original. A Hugging Face cobra por hora na sua conta qualquer coisa que não seja cpu-basic, do início até o Space dormir, { $minutes } min depois do último uso.
