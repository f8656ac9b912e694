#

## Nomes

tunnel-unnamed = o túnel
tunnel-other = outro túnel
tunnel-gone = um túnel que não existe mais


## Tempos

span-seconds = { $seconds } s
span-minutes = { $minutes } min
span-hours = { $hours } h
span-hours-minutes = { $hours } h { $minutes } min
span-days = { $days } d
ago = há { $span }
ago-now = agora
ago-never = nunca


## Estados de um túnel

state-off = desligado
state-failed = desligado, falhou
state-interface-removed = desligado, removido de fora
state-engine-stopped = desligado, quebrou
state-starting = iniciando: { $step }
state-stopping = parando
state-paused = em pausa
state-paused-for = em pausa por mais { $span }
state-blocked = bloqueado

step-check = verificação
step-resolve = busca de endereços
step-firewall = ajuste do filtro de pacotes
step-pre-up = execução do PreUp
step-interface = criação da interface
step-addresses = ajuste de endereços
step-routes = ajuste de rotas
step-dns = ajuste do DNS
step-post-up = execução do PostUp

health-good = saudável
health-idle = ocioso
health-no-peers = ligado, sem pares
health-waiting = ligado, espera que o par comece
health-handshaking = ligado, ainda sem handshake
health-no-answer = sem resposta há { $span }

kill-switch-off = desligado
kill-switch-block = bloqueio
kill-switch-lockdown = isolamento

role-status = ver túneis
role-operate = ligar e desligar túneis
role-administer = alterar túneis e ver suas chaves
action-kill-switch = abrir e alterar cortes de segurança
action-lockdown = aplicar, afrouxar e encerrar isolamentos


## Erros

error-not-found = não há túnel com o identificador { $id }
error-tunnel-gone = { $tunnel } não existe mais: alguém o removeu
error-no-such-version = { $tunnel } não tem versão { $version }
    .command = veja as que tem com: adit versions { $argument }
error-no-such-takeover = o wg-quick não tem túnel { $name }
    .command = veja os que tem com: adit take-over
error-name-taken = outro túnel já se chama { $name }
    .advice = escolha outro nome
error-interface-taken = outro túnel já tem a interface { $interface }
    .advice = escolha outra interface
    .command = escolha outra com --interface
error-conflict = { $tunnel } não pode ficar ligado junto do que já existe
    .advice = resolva o conflito ou ligue o túnel mesmo assim
    .command = resolva o conflito ou acrescente --despite-conflicts
error-conflict-with-tunnel = { $tunnel } não pode ficar ligado junto do que já existe
    .advice = desligue o outro túnel ou ligue este mesmo assim
    .command = desligue o outro (adit down { $other }) ou acrescente --despite-conflicts
error-not-allowed-kill-switch = você não pode abrir nem alterar o corte de segurança de { $tunnel }
    .advice = fale com um administrador deste computador
    .command = tente de novo com sudo
error-not-allowed-lockdown = você não pode aplicar, afrouxar nem encerrar um isolamento
    .advice = fale com um administrador deste computador
    .command = tente de novo com sudo
error-not-allowed-status = você não pode ver isto
    .advice = fale com um administrador deste computador
    .command = tente de novo com sudo
error-not-allowed-operate = você não pode ligar nem desligar túneis
    .advice = esteja diante do computador ou no grupo `adit-operators`
    .command = esteja diante do computador, no grupo `adit-operators`, ou tente com sudo
error-not-allowed-administer = você não pode alterar túneis nem ver suas chaves
    .advice = fale com um administrador deste computador
    .command = tente de novo com sudo
error-invalid = a configuração de { $tunnel } tem erros
error-bad-request = o serviço do Adit não entendeu o pedido: { $detail }
error-changed = alguém alterou { $tunnel } enquanto isso (já está na versão { $version }), então nada foi salvo
    .advice = olhe e tente de novo
error-interface-removed = alguém removeu a interface de { $tunnel }
    .advice = ligue-o de novo
    .command = ligue-o de novo com: adit up { $argument }
error-broken = o registro salvo de { $tunnel } não pode ser lido
    .advice = se ainda bloqueia tráfego, desligue-o
    .command = se ainda bloqueia tráfego, encerre com: adit down { $argument }
error-hooks-not-approved = { $tunnel } tem comandos que rodariam como root, e ninguém os aprovou
    .advice = leia e aprove os comandos
    .command = leia e aprove com: adit approve { $argument }
error-hooks-changed = os comandos de { $tunnel } não são os que foram aprovados
    .advice = leia e aprove de novo
    .command = leia de novo com: adit approve { $argument }
error-draft-gone = o que foi lido deste arquivo não está mais guardado
    .advice = abra o arquivo de novo
error-hook-failed = um comando de { $tunnel } falhou com o código { $exit }, então tudo foi desfeito
error-hook-not-run = um comando de { $tunnel } não pôde rodar ou foi encerrado por um sinal, então tudo foi desfeito
error-busy = { $tunnel } está sendo iniciado ou parado neste momento
    .advice = tente de novo depois
error-not-up = { $tunnel } não está ligado
    .advice = ligue-o primeiro
    .command = ligue-o com: adit up { $argument }
error-not-paused = { $tunnel } não está em pausa
error-needs-key = { $tunnel } pede sua chave privada, que o serviço não guarda
    .advice = digite a chave
    .command = ligue-o em um terminal, ou com a chave em um arquivo: adit up { $argument } --key-file ARQUIVO (`-` é a entrada padrão)
error-wrong-key = essa não é a chave privada de { $tunnel }, cuja chave pública é { $key }
error-key-not-kept = { $tunnel } pede sua chave privada, e isto exige um serviço que a guarde
    .advice = faça a chave ser guardada
    .command = faça ser guardada com: adit key { $argument } keep
error-no-rotation = nenhuma chave nova espera por { $tunnel }
    .advice = crie uma
    .command = crie uma com: adit rotate { $argument } begin
error-rotation-pending = uma chave nova já espera por { $tunnel }
    .command = veja com: adit rotate { $argument } show
error-rotation-not-answered = nenhum par de { $tunnel } respondeu à chave nova, e com ela o túnel se calaria
    .advice = dê aos pares a chave pública
    .command = dê aos pares a chave pública (adit rotate { $argument } show), ou termine mesmo assim com --despite-silence
error-read-only = { $tunnel } está em { $path }, que não cabe ao Adit remover
    .advice = remova esse arquivo, e o túnel vai com ele
error-unresolved = o endereço de { $host } não foi encontrado ({ $detail })
    .advice = confira o nome e se há rede
error-no-permission = algo não foi permitido ao serviço do Adit ({ $doing })
    .advice = veja o registro do serviço
    .command = veja com: systemctl status aditd
error-missing-tun-device = este computador não tem /dev/net/tun, de que todo túnel precisa
    .command = carregue com: sudo modprobe tun
error-missing-dns-backend = o túnel tem servidores DNS, e o serviço não pode defini-los: o systemd-resolved não está rodando, e sem os direitos de root e um /etc gravável o serviço não pode usar `resolvconf` nem /etc/resolv.conf
    .advice = instale o systemd-resolved, rode o serviço como root (docs/DAEMON.md), use `sudo adit up FILE` ou remova a linha DNS
error-missing-packet-filter = o túnel precisa do `nft`, que não está instalado
    .advice = instale o pacote nftables
error-io = falha ({ $doing }): { $detail }
error-too-many-look-ups = os servidores de nomes não respondem, e { $limit } prévias já esperam por eles
    .advice = tente mais tarde
error-too-large = isto é grande demais: no máximo { $limit } bytes podem ser levados
error-lockdown = { $tunnel } está desligado, e seu isolamento não deixa nada passar por fora
    .advice = um administrador pode encerrar o isolamento
    .command = encerre o isolamento como administrador com: sudo adit block { $argument } off
error-not-full-tunnel = { $tunnel } não leva todo o tráfego, então um isolamento cortaria o que ele não leva
    .advice = acrescente 0.0.0.0/0 ou ::/0 a AllowedIPs (e deixe Table em auto), ou encerre o isolamento
    .command = acrescente 0.0.0.0/0 ou ::/0 a AllowedIPs (e deixe Table em auto), ou encerre o isolamento com: sudo adit block { $argument } off
error-shutting-down = o serviço do Adit está encerrando
    .advice = tente de novo quando ele voltar
error-internal = isto é um defeito do Adit
    .advice = o que se sabe está no registro
    .command = o que se sabe está no registro: adit logs --level debug


## Conflitos

conflict-same-network = { $other } já leva { $network }
conflict-both-take-all = { $other } já leva todo o tráfego
conflict-same-address = { $other } já tem o endereço { $address }
conflict-same-port = { $other } já escuta na porta UDP { $port }
conflict-both-set-dns = { $other } já define os servidores DNS do computador
conflict-interface-exists = há uma interface { $interface } criada por outro programa (se foi o wg-quick: adit take-over { $interface })
conflict-local-network = a rede em que este computador está ({ $interface }) também tem os endereços { $network }
conflict-other-vpn = outra VPN ({ $interface }) já leva todo o tráfego


## A configuração

severity-note = nota
severity-warning = aviso
severity-error = erro
diagnostic = linha { $line }, coluna { $column }: { $severity }: { $key }{ $problem }{ $advice }

field-private-key = PrivateKey
field-listen-port = ListenPort
field-fw-mark = FwMark
field-addresses = Address
field-dns = DNS
field-mtu = MTU
field-table = Table
field-save-config = SaveConfig
field-hooks = comandos
field-peer-added = par novo
field-peer-removed = par removido
field-peer-name = nome
field-preshared-key = PresharedKey
field-endpoint = Endpoint
field-further-endpoints = Outros Endpoint
field-allowed-ips = AllowedIPs
field-persistent-keepalive = PersistentKeepalive
field-text = texto

change-of-peer = { $field } de { $peer }
change-peer-added = o par { $peer } é novo
change-peer-removed = o par { $peer } sai
change-hooks = outros comandos, a serem aprovados de novo
change-text = só comentários, ordem e espaços
change-both = { $subject }: { $before } -> { $after }
change-set = { $subject }: { $after } (não estava definido)
change-unset = { $subject }: não definido (era { $before })
change-hidden = { $subject }: outro valor

change-effect-none = não muda nada do que roda
change-effect-live = na hora
change-effect-restart = no próximo início


## Problemas de uma configuração e suas correções

quoted = `{ $text }`
quoted-hidden = (não mostrado, poderia ser uma chave)
problem-unknown = um problema que esta versão não conhece ({ $code })
problem-empty = o arquivo está vazio
problem-foreign = { $kind ->
    [openvpn] isto é um perfil do OpenVPN, não uma configuração do WireGuard
    [ikev2_profile] isto é um perfil da Apple para IKEv2 ou IPsec, não uma configuração do WireGuard
    [apple_profile] isto é um perfil de configuração da Apple, não uma configuração do WireGuard
    [cisco_pcf] isto é um perfil do cliente IPsec da Cisco (.pcf), não uma configuração do WireGuard
    [strongswan] isto é uma configuração IPsec (strongSwan), não uma configuração do WireGuard
    [pem] isto é um arquivo PEM (um certificado ou uma chave de outro tipo), não uma configuração do WireGuard
    [html] isto é uma página web, não uma configuração do WireGuard
    [xml] isto é um arquivo XML, não uma configuração do WireGuard
    [json] isto é um arquivo JSON, não uma configuração do WireGuard
    [wireguard_link] isto é um link wireguard://, não uma configuração do WireGuard
    [link] isto é um link (URL), não uma configuração do WireGuard
    [zip] isto é um arquivo zip, não uma configuração do WireGuard
    [tar] isto é um arquivo tar, não uma configuração do WireGuard
    [compressed] isto é um arquivo compactado, não uma configuração do WireGuard
    [image] isto é uma imagem, não uma configuração do WireGuard
    [pdf] isto é um arquivo PDF, não uma configuração do WireGuard
    [program] isto é um programa, não uma configuração do WireGuard
   *[other] isto não é uma configuração do WireGuard
}
problem-missing-interface = falta a seção [Interface]
problem-too-many = achados demais, os outros não são mostrados
problem-outside-section = a linha deve ficar em uma seção
problem-missing-equals = falta o sinal de igual na linha
problem-semicolon-comment = `;` não começa um comentário
problem-unknown-section = seção desconhecida { $text }
problem-spaces-in-header = espaços no cabeçalho da seção, que o wg-quick não reconhece
problem-repeated-interface = uma segunda [Interface] (a primeira está na linha { $first }); é lida como continuação dela
problem-unknown-key = palavra-chave desconhecida { $text }
problem-nameless-key = isto parece uma chave criptográfica, mas não há nenhum `NOME =` antes
problem-wrong-section = esta palavra-chave está na seção errada
problem-dialect = { $kind ->
    [amneziawg] { $name } é do AmneziaWG, que altera os pacotes; este é um cliente do WireGuard e não alcança um servidor assim
    [wiresock] { $name } é uma opção do WireSock que escolhe o tráfego do túnel; aqui não tem efeito
    [android] { $name } só tem sentido no Android e é ignorado aqui
   *[other] { $name } é de outro programa
}
problem-empty-value = falta o valor
problem-left-out = falta o valor; esta linha é ignorada
problem-repeated-key = dado de novo (primeiro na linha { $first }); este é o que vale
problem-invisible = um caractere invisível ({ $character }) é lido como espaço
problem-line-break = uma quebra de linha de outro sistema ({ $character }) dentro da linha
problem-key = { $kind ->
    [length] chave inválida: tem { $characters ->
        [one] { $characters } caractere
       *[other] { $characters } caracteres
    }, uma chave tem 44
    [padding] chave inválida: falta o `=` no fim
    [alphabet] chave inválida: tem um caractere que não existe em base64
    [url_safe] chave inválida: está na variante de base64 para URLs
    [hexadecimal] chave inválida: está em hexadecimal
    [not_canonical] chave inválida: seu último caractere antes do `=` não pode estar em uma chave, então está digitada errado ou cortada
    [zero] chave inválida: são só zeros
    [low_order] chave inválida: é uma das poucas com as quais não pode haver segredo
   *[other] chave inválida
}
problem-mask = isto está no lugar de uma chave salva, e não há chave salva para este lugar
problem-cidr = { $kind ->
    [empty] { $text }: vazio
    [address] { $text }: não é um endereço IPv4 ou IPv6
    [prefix] { $text }: o comprimento do prefixo não é um número
    [netmask] { $text }: uma máscara de rede não é um comprimento de prefixo
    [prefix_too_long] { $text }: o comprimento do prefixo é maior que { $maximum }
   *[other] { $text }: não é um endereço com comprimento de prefixo
}
problem-empty-item = duas vírgulas seguidas, ou uma a mais em uma ponta
problem-endpoint = { $kind ->
    [empty] { $text }: vazio
    [port_missing] { $text }: falta a porta
    [port] { $text }: a porta não é um número de 1 a 65535
    [bracket] { $text }: falta o colchete de fechamento
    [ipv6] { $text }: não é um endereço IPv6
    [name_in_brackets] { $text }: colchetes são para endereços IPv6, não para nomes
    [ipv4] { $text }: não é um endereço IPv4
    [name_empty] { $text }: não é um nome de host: está vazio
    [name_too_long] { $text }: não é um nome de host: tem mais de 253 caracteres
    [name_label] { $text }: não é um nome de host: uma parte entre dois pontos está vazia, tem mais de 63 caracteres, ou começa ou termina com `-`
    [name_not_ascii] { $text }: não é um nome de host: tem letras fora do ASCII; escreva a forma xn-- dele
    [name_character] { $text }: não é um nome de host: o caractere '{ $character }' não pode estar nele
    [zone] { $text }: não há uma interface depois do `%`
    [prefix] { $text }: um endpoint não tem comprimento de prefixo
    [url] { $text }: uma URL não é um endpoint
   *[other] { $text }: não é um endpoint
}
problem-no-first-endpoint = mais Endpoint em um par sem um primeiro, que outros programas usariam
problem-too-many-endpoints = mais de 16 Endpoint em um par
problem-brackets = um endereço IPv6 sem colchetes; o último número é tomado como a porta
problem-number = { $kind ->
    [not_a_number] { $text } não é um número
    [range] { $text } não está entre { $minimum } e { $maximum }
   *[other] { $text } não pode ser usado aqui
}
problem-table = { $kind ->
    [word] { $text }: nem `auto`, nem `off`, nem um número
    [range] { $text }: uma tabela de rotas é um número de 1 a 4294967295
   *[other] { $text }: não é uma tabela de rotas
}
problem-boolean = { $text } não é nem `true` nem `false`
problem-dns-server = { $text } não é um endereço IP
problem-search-domain = { $kind ->
    [name_empty] { $text } não é um domínio de busca: está vazio
    [name_too_long] { $text } não é um domínio de busca: tem mais de 253 caracteres
    [name_label] { $text } não é um domínio de busca: uma parte entre dois pontos está vazia, tem mais de 63 caracteres, ou começa ou termina com `-`
    [name_not_ascii] { $text } não é um domínio de busca: tem letras fora do ASCII; escreva a forma xn-- dele
    [name_character] { $text } não é um domínio de busca: o caractere '{ $character }' não pode estar nele
   *[other] { $text } não é um domínio de busca
}
problem-hook = { $kind ->
    [empty] vazio
    [control] o caractere de controle '{ $character }' não pode estar em um comando
   *[other] isto não é um comando
}
problem-hash-in-hook = `#` faz parte deste comando, mas o wg-quick terminaria o comando ali
problem-missing-private-key = uma interface deve ter uma chave privada
problem-private-key-from-hook = a interface não tem PrivateKey até que um comando a defina
problem-missing-public-key = todo par deve ter uma chave pública, e este não tem nenhuma
problem-private-key-published = esta é a chave privada da interface, que ninguém mais pode conhecer
problem-own-peer = esta é a chave da própria interface; o WireGuard ignora um par assim
problem-zero-preshared-key = uma chave de zeros é o mesmo que nenhuma
problem-repeated-peer = o mesmo par da linha { $first }; como no wg, as opções daqui prevalecem sobre as anteriores, e as AllowedIPs daqui substituem as anteriores
problem-host-bits = há bits de host ligados; é lido como { $value }
problem-no-prefix = sem comprimento de prefixo; é lido como { $value }
problem-allowed-ip-moved = { $network } também é do par da linha { $first }; fica com este, que vem depois
problem-allowed-ip-repeated = { $network } está dado duas vezes
problem-incremental = `+` e `-` precisam do wg 1.0.20250521 ou mais novo; os mais antigos recusam o arquivo
problem-nothing-to-remove = { $network } não está na lista, então não há nada a remover
problem-too-many-allowed-ips = mais de 200.000 entradas em AllowedIPs
problem-only-ipv4-default = todo o IPv4 passa pelo túnel, mas o IPv6 não
problem-only-ipv6-default = todo o IPv6 passa pelo túnel, mas o IPv4 não
problem-default-beside-others = { $others ->
    [one] este par recebe tudo para o que o outro par não tem uma rede mais estreita
   *[other] este par recebe tudo para o que os outros { $others } pares não têm uma rede mais estreita
}
problem-unreachable = nenhum par tem Endpoint, e sem ListenPort nenhum consegue encontrar este lado
problem-search-without-server = domínios de busca sem servidor, então não são definidos (como no wg-quick)
problem-small-mtu = abaixo de 576 bytes, muitos programas falham
problem-mtu-too-small-for-ipv6 = o IPv6 precisa de pelo menos 1280 bytes; o sistema vai desligá-lo nesta interface
problem-shared-private-key = o túnel { $tunnel } também tem esta chave, e um par de ambos os toma por um só

advice-add-sections = uma configuração tem uma seção [Interface] e uma seção [Peer] por par
advice-use-openvpn = o OpenVPN precisa do próprio cliente; peça ao provedor uma configuração do WireGuard
advice-use-ipsec = o IPsec precisa de outro cliente; peça ao provedor uma configuração do WireGuard
advice-unpack = descompacte-o primeiro
advice-download-file = baixe o próprio arquivo, não a página em volta dele
advice-ask-for-file = os programas não concordam sobre esses links; peça a configuração como arquivo .conf ou como código QR
advice-follow-link = baixe o arquivo por trás dele, ou passe o próprio link ao `adit import`
advice-add-section = coloque [Interface] ou [Peer] acima
advice-add-equals = escreva NOME = VALOR, ou comece a linha com `#` para torná-la um comentário
advice-begin-comment = comece o comentário com `#`
advice-suggest-section = você quis dizer { $suggestion }?
advice-choose-section = as seções são [Interface] e [Peer]
advice-remove-spaces = remova os espaços
advice-suggest-key = você quis dizer { $suggestion } (em { $section })?
advice-name-key = escreva PrivateKey =, PublicKey = ou PresharedKey = antes
advice-move-key = o lugar dela é { $section }
advice-remove-line = remova a linha; só AllowedIPs escolhe o tráfego do túnel
advice-ask-for-plain-configuration = peça ao provedor uma configuração comum do WireGuard
advice-add-value = dê um valor, ou remova a linha
advice-remove-one = remova um dos dois
advice-save-line-ends = salve o arquivo com fins de linha do Unix ou do Windows
advice-add-padding = acrescente o `=`
advice-replace-url-safe = escreva `+` no lugar de `-`, e `/` no lugar de `_`
advice-write-base64 = escreva-a em base64
advice-make-key = gere uma com `adit genkey`
advice-copy-private-key = copie a chave inteira: 44 caracteres, o último é `=`; `adit genkey` gera uma
advice-copy-preshared-key = copie a chave inteira: 44 caracteres, o último é `=`; `adit genpsk` gera uma
advice-copy-key = copie a chave inteira: 44 caracteres, o último é `=`
advice-write-masked-key = escreva a própria chave, ou devolva a linha ao lugar dela
advice-write-prefix = escreva /{ $prefix }
advice-write-shorter-prefix = escreva um comprimento de prefixo de 0 a { $maximum }
advice-write-address = escreva como 10.0.0.2/32 ou fd00::2/128
advice-write-network = escreva como 10.0.0.0/24, 0.0.0.0/0 ou fd00::/64
advice-remove-comma = remova a vírgula
advice-add-port = acrescente uma porta, como em vpn.example.org:51820 ou [2001:db8::1]:51820
advice-remove-prefix = remova a `/` e o número depois dela
advice-write-port = escreva a porta como um número de 1 a 65535
advice-remove-brackets = escreva o nome sem colchetes, como em vpn.example.org:51820
advice-write-first-endpoint = escreva o primeiro como Endpoint = host:porta
advice-close-bracket = feche o colchete, como em [2001:db8::1]:51820
advice-write-ipv6-endpoint = escreva como [2001:db8::1]:51820 ou [fe80::1%eth0]:51820
advice-write-ascii-name = escreva o nome na forma xn--
advice-write-endpoint = escreva como vpn.example.org:51820 ou 192.0.2.1:51820
advice-write-value = escreva { $value }
advice-write-comment = comentários começam com `#`
advice-write-listen-port = escreva um número de 0 a 65535; com 0, o sistema escolhe
advice-write-fwmark = escreva `off`, um número, ou 0x e dígitos hexadecimais; no máximo 32 bits
advice-write-mtu = escreva um número de 68 a 65535, ou tire a linha para que o valor seja descoberto
advice-write-keepalive = escreva `off` ou segundos de 1 a 65535
advice-write-table = escreva `auto`, `off` ou um número de 1 a 4294967295
advice-write-boolean = escreva `true` ou `false`
advice-remove-dns-port = escreva { $value }: um servidor DNS é sempre consultado na porta 53
advice-write-plain-dns-server = DNS sobre HTTPS ou TLS não pode ser definido aqui; escreva o endereço de um servidor, como 10.0.0.53
advice-write-dns-server = escreva um endereço como 10.0.0.53, sem porta nem comprimento de prefixo
advice-write-search-domain = escreva um domínio como corp.example: letras, dígitos, `-` e `_`, com pontos entre eles
advice-add-private-key = acrescente PrivateKey = …, gerada com `adit genkey`
advice-add-public-key = acrescente PublicKey = …; peça esta chave ao administrador do par
advice-replace-private-key = coloque aqui a chave pública do outro lado; se este arquivo foi passado a alguém, gere uma nova chave privada
advice-add-ipv6-default = acrescente ::/0, a não ser que seja isso que se quer
advice-add-ipv4-default = acrescente 0.0.0.0/0, a não ser que seja isso que se quer
advice-add-endpoint = acrescente um Endpoint a um par, ou um ListenPort aqui
advice-add-dns-server = acrescente o endereço de um servidor DNS
advice-move-comment = se começa um comentário, passe-o para uma linha própria
advice-make-own-key = dê a cada túnel e a cada dispositivo uma chave própria


## Arquivos que não podem virar um túnel

refusal-unknown = isto não pode virar um túnel ({ $code })
refusal-too-large = o arquivo tem { $bytes } bytes; uma configuração tem no máximo 1 MiB
refusal-utf16 = o texto está em UTF-16; salve-o como UTF-8
refusal-nul = linha { $line }, coluna { $column }: um byte NUL não pode estar em uma configuração
refusal-not-utf8 = linha { $line }, coluna { $column }: não é UTF-8 (talvez Latin-1 ou Windows-1252); salve o arquivo como UTF-8
refusal-foreign = { problem-foreign }
refusal-not-configuration = isto não é uma configuração do WireGuard, que teria uma seção [Interface]
refusal-errors = linha { $line }, coluna { $column }: { $key }{ $problem }{ $advice }{ $others ->
    [0] {""}
    [one] {" "}(e mais 1 achado)
   *[other] {" "}(e mais { $others } achados)
}
refusal-name = { $kind ->
    [empty] o nome de um túnel não pode ser vazio
    [too_long] o nome de um túnel tem no máximo 64 caracteres, este tem { $characters }
    [invisible] o caractere '{ $character }' não é visível, ou muda como os outros são vistos; tire-o
    [like_a_path] o nome de um túnel não pode começar com `-` ou `.` nem conter `/` ou `\`
    [space] o nome de um túnel não pode começar nem terminar com um espaço
   *[other] do nome do arquivo não sai nenhum nome de túnel
}
refusal-archive-too-large = o pacote tem { $bytes } bytes; no máximo 16 MiB são aceitos
refusal-archive-too-many-entries = o pacote tem mais de 10.000 entradas; divida-o
refusal-archive-damaged = o pacote está danificado ou cortado; copie ou baixe-o de novo
refusal-archive-trailing = há outros dados depois do pacote; compacte os arquivos de novo
refusal-archive-overlapping = entradas do pacote se sobrepõem, o que nenhum programa honesto grava; compacte os arquivos de novo
refusal-archive-unpacked = o pacote descompactado passa de 64 MiB; divida-o
refusal-archive-missing = está compactado, e não há nenhum pacote tar dentro; descompacte-o primeiro
refusal-archive-empty = não há nenhum arquivo no pacote
refusal-entry-path-too-long = o caminho da entrada tem mais de 1.024 bytes
refusal-entry-encrypted = a entrada está criptografada; descompacte o pacote com a senha e importe os arquivos
refusal-entry-not-a-file = a entrada é um link ou um dispositivo, não um arquivo
refusal-entry-hidden = a entrada está oculta: seu nome começa com um ponto; renomeie-a para que seja importada
refusal-entry-same-name = uma entrada anterior do pacote tem este nome (maiúsculas não contam); renomeie uma delas
refusal-entry-nested = é um pacote dentro do pacote; descompacte-o primeiro
refusal-entry-method = a entrada está compactada por um método desconhecido aqui; compacte os arquivos de novo
refusal-entry-too-large = a entrada descompactada passa de 1 MiB, o que nenhuma configuração tem
refusal-entry-bomb = a entrada descompactada passa de 100 vezes o seu tamanho, como uma bomba de descompressão
refusal-entry-damaged = a entrada está danificada
refusal-picture-format = imagens deste tipo não podem ser lidas; salve-a como PNG, JPEG ou WebP
refusal-picture-too-large = a imagem tem { $bytes } bytes; no máximo 10 MiB são aceitos: recorte o código QR
refusal-picture-too-many-pixels = a imagem tem { $width } x { $height } pixels, que são demais; recorte o código QR
refusal-picture-damaged = a imagem está danificada ou cortada; copie ou baixe-a de novo
refusal-picture-no-code = não se vê nenhum código QR na imagem; ele deve estar nítido, reto e com uma margem branca
refusal-picture-unreadable = o código QR não pode ser lido; tire uma imagem mais nítida, bem de frente
refusal-picture-too-confusing = a imagem é confusa demais para procurar nela um código QR; recorte o código, com uma margem branca
refusal-not-base64 = os bytes do arquivo não estão em base64
refusal-pictures-too-many-pixels = as imagens têm juntas mais de 160 megapixels; importe menos de uma vez
refusal-files-too-large = os arquivos contêm mais de 64 MiB de configurações; importe menos de uma vez
refusal-files-too-many = há mais de 1.000 arquivos ou mais de 32 MiB; o restante ficou de fora, importe-o separadamente
refusal-file-too-large = o arquivo passa de 16 MiB, que é o máximo aceito
refusal-file-unreadable = o arquivo não existe, não é um arquivo ou não pode ser lido
refusal-folder-empty = não há nenhum arquivo .conf nesta pasta
refusal-folder-too-many-files = há mais de 10.000 arquivos .conf nesta pasta; importe-os em partes
refusal-folder-unreadable = a pasta não pode ser lida: { $why }


## O que ligar um túnel fará

preview-interface = criaria a interface { $interface } com MTU { $mtu } ({ $source })
mtu-configured = conforme a configuração
mtu-route = conforme a rota até os pares
mtu-assumed = suposto, pois não há rota até os pares
preview-label-address = endereço
preview-label-port = escuta
preview-port = porta UDP { $port }
preview-label-peer = par
preview-peer = { $name } em { $endpoint }
preview-peer-found = { $name } em { $endpoint }, que é { $address }
preview-peer-not-found = { $name } em { $endpoint }, desconhecido no momento
preview-peer-waits = { $name }, que tem de começar
preview-more-peers = e { $count ->
    [one] mais um par
   *[other] mais { $count } pares
}
preview-more-effects = e { $count ->
    [one] mais uma mudança
   *[other] mais { $count } mudanças
}
effect-label-route = rota
effect-route = { $network } ({ $detail })
effect-takes-all-ipv4 = todo o IPv4{ $except } ({ $detail })
effect-takes-all-ipv6 = todo o IPv6{ $except } ({ $detail })
effect-except = , menos para { $networks }
effect-private-networks = as redes privadas daqui
effect-endpoints-outside = { $networks }, menos pacotes cifrados ({ $detail })
effect-label-dns = DNS
effect-dns = { $servers } ({ $by })
effect-dns-only = { $servers } só para nomes de { $domains } ({ $by })
effect-dns-by = por { $detail }
effect-dns-impossible = NADA aqui pode defini-lo, então o túnel não vai ligar
effect-label-search = busca
effect-label-firewall = firewall
effect-addresses-guarded = descarta o que chega para os endereços do túnel por outras interfaces
effect-answers-accepted = deixa passar as respostas dos pares pela filtragem estrita do caminho inverso
effect-kill-switch = não deixa sair nada que não passe pelo túnel
effect-label-runs = executa
effect-label-not-run = ignora
effect-command-hidden = (oculto; veja com sudo)


## Avisos sobre um túnel

warning-ipv6-outside = o IPv6 sai POR FORA deste túnel, porque isso é permitido (ou este computador não tem IPv6); AllowedIPs tem 0.0.0.0/0 mas não ::/0
warning-ipv6-closed = o IPv6 fica fechado enquanto o túnel está ligado: AllowedIPs tem 0.0.0.0/0 mas não ::/0
    .advice = Acrescente ::/0 para enviar o IPv6 pelo túnel, ou deixe-o sair por fora
    .command = Acrescente ::/0 para enviar o IPv6 pelo túnel, ou deixe-o sair por fora com: sudo adit ipv6 { $argument } allow
    .option = Acrescente ::/0 para enviar o IPv6 pelo túnel, ou deixe-o sair por fora com: --allow-ipv6
warning-ipv4-outside = o IPv4 sai POR FORA deste túnel: AllowedIPs tem ::/0 mas não 0.0.0.0/0
    .advice = Acrescente 0.0.0.0/0 para enviá-lo por ele
warning-no-firewall = o nft não está instalado, então pacotes para os endereços do túnel são aceitos de outras interfaces, e a filtragem estrita de caminho reverso descarta as respostas dos pares
    .advice = instale o nftables
warning-hooks-not-approved = os comandos não foram aprovados, então ele não vai ligar
    .advice = leia e aprove os comandos
    .command = leia com: adit approve { $argument }
warning-hooks-in-sh = o bash não está instalado, então os comandos rodam no sh: o que só o bash entende, como <(...) e [[ ... ]], falha
    .advice = instale o bash
warning-search-without-server = DNS tem domínios de busca ({ $domains }) mas nenhum servidor, então não são definidos (como no wg-quick)
warning-split-dns-left-out = este computador não pode perguntar aos servidores DNS do túnel só por { $domains }, então pergunta por TODOS os nomes
    .advice = o systemd-resolved pode, e o openresolv com dnsmasq ou unbound
warning-mtu-too-large = MTU = { $mtu } é grande demais para o caminho até o par: pacotes desse tamanho se perdem
    .advice = Escreva MTU = { $fits }, ou remova a linha
warning-ipv6-left-out = o túnel não tem IPv6 aqui e liga só com IPv4, porque { $because }
warning-unresolved = o endereço de { $host } não foi encontrado neste momento; será procurado de novo
warning-not-looked-up = o endereço de { $host } não é procurado para usuários que só podem olhar
warning-file-readable-by-others = outros podem ler { $path }, que contém chaves
    .advice = deixe só o dono ler
    .command = corrija com: chmod 600 { $path }


## Por que os pacotes tomam uma rota

route-narrowest = { $network } é a rede mais estreita que o contém
route-takes-all = o túnel leva tudo ({ $detail })
route-private-network = { $network } é uma rede local, e fica fora enquanto um túnel leva todo o resto
route-own-address = é este próprio computador
route-no-tunnel = nenhum túnel ligado o contém
route-through = { $ip } passa por { $tunnel } até seu par { $peer }: { $why }
route-outside = { $ip } passa por fora de todos os túneis: { $why }
route-outside-over = { $ip } passa por fora de todos os túneis, por { $interface }: { $why }
route-no-peer = { $ip } entra em { $tunnel } e ali é descartado: nenhum par o tem em suas AllowedIPs
route-other = poderia passar por { $tunnel } até seu par { $peer }, que tem { $network }


## O que as listas e `adit status` mostram de um túnel

status-label-addresses = Endereços
status-label-also-tries = Tenta também
status-label-at-start = Ao iniciar
status-label-commands = Comandos
status-label-conflict = Em conflito
status-label-differs = Diferença
status-label-file = Arquivo
status-label-handshake = Handshake
status-label-ipv6 = IPv6
status-label-key = Chave
status-label-lan = LAN
status-label-namespace = Espaço de nomes
status-label-note = Nota
status-label-port = Porta UDP
status-label-preshared-key = Chave compartilhada
status-label-private-key = Chave privada
status-label-problem = Problema
status-label-rate = Taxa
status-label-received = Recebidos
status-label-reminder = Lembrete
status-label-retry = Nova tentativa
status-label-routing-loop = Laço de rota
status-label-sent = Enviados
status-label-since = Desde
status-label-state = Estado
status-label-up = Ligado
status-label-warning = Aviso
status-label-why = Motivo

status-no-tunnels = Não há túneis
    .command = importar com: adit import ARQUIVO
status-key-age = pelo menos { $span }
status-key-age-old = pelo menos { $span }, é hora de trocar
status-key-asked = pedida a cada início; o serviço não a guarda
status-new-key = { $key } espera, criada { $ago }
status-starts-at-boot = liga com o computador
status-stays-off = fica desligado
status-lan-allowed = permitida
status-lan-blocked = bloqueada
status-ipv6-outside = pode sair por fora do túnel se ele leva todo o IPv4 e nada do IPv6
status-reminder = quando uma chave tiver { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}
status-hooks-approved = aprovados
status-hooks-not-approved = não aprovados
    .command = ler e aprovar com: adit approve { $argument }
status-unusable = a configuração tem erros
    .command = ver com: adit edit { $argument }
status-retry-in = em { $span }
status-no-retry = não automaticamente
status-up-for = há { $span }
status-other-namespace = a interface foi para outro espaço de nomes de rede; os pacotes criptografados saem deste
status-data-path = { $queues ->
    [one] { $queues } fila
   *[other] { $queues } filas
}; descarregamentos: { $offloads }
status-data-path-plain = { $queues ->
    [one] { $queues } fila
   *[other] { $queues } filas
}, sem descarregamentos
status-offload-tun-tcp = segmentos TCP
status-offload-tun-udp = segmentos UDP
status-offload-send = envio em lotes
status-offload-receive = recepção em lotes
status-routing-loops = { $count ->
    [one] { $count } pacote criptografado voltou ao túnel e foi descartado
   *[other] { $count } pacotes criptografados voltaram ao túnel e foram descartados
}: a rota até o endpoint de um par passa pelo túnel
    .command = Remova a rota ou regra que o envia para lá; consultar com: ip route get ENDPOINT
status-differs = o túnel que roda difere da sua configuração salva
    .command = aplicar a configuração com: adit reload { $argument }
status-peer-from-outside = não está na configuração; outro programa o adicionou
status-endpoint-none = nenhum; espera que o par comece
status-endpoint-resolved = { $endpoint }, que é { $address }
status-endpoint-moved = { $address }, mudou (configurado: { $endpoint })
status-more-networks = e mais { $count }
status-preshared-key-set = definida
status-keepalive = a cada { $seconds } s
status-more-peers = { $count ->
    [one] mais { $count } par
   *[other] mais { $count } pares
}
    .command = ver todos com: adit status --all-peers { $argument }


## Versões de uma configuração, e uma chave nova

version-line = { $ago }, { $origin }
version-line-current = { $ago }, { $origin } (atual)
version-imported = importada
version-edited = editada
version-restored = de novo a versão { $version }
version-rotated = chave nova
version-saved = salva do que rodava

rotation-answered = { $peer }: conhece a chave nova
rotation-silent = { $peer }: não responde à chave nova
rotation-not-asked = { $peer }: não tem endpoint, e não pôde ser perguntado


## Eventos

event-added = { $tunnel } é novo
event-changed = { $tunnel }: { $state }
event-removed = { $tunnel } foi removido
event-traffic = { $tunnel }: { $traffic }
event-key-old = { $tunnel }: sua chave está velha; dê uma nova a ele
event-preshared-key-old = { $tunnel }: sua chave compartilhada com { $peer } está velha; dê uma nova aos dois

## On-demand rules
error-no-such-rule = não há regra { $number }
error-network-none = o computador não está agora em nenhuma rede que uma regra possa reconhecer
error-network-nothing-known = nada se sabe desta rede que a distinga de outras
error-network-gateway-unknown = o gateway desta rede Wi-Fi ainda não respondeu, e o nome sozinho não prova nada; tente de novo em instantes
event-rules-changed = as regras, ou as redes que elas observam, mudaram
log-rules-set = { $by } substituiu as regras (revisão { $revision })
log-rules-broken = as regras salvas não podem ser usadas, então valem as que mais protegem: { $error }
log-rules-acted = { $source }, em { $networks }: { $action }; corte de segurança: { $switch }
log-rule-not-carried-out = não foi possível fazer o que as regras querem: { $error }
log-choice-on = ligado à mão; as regras respeitam isso até a rede mudar
log-choice-off = desligado à mão; as regras respeitam isso até a rede mudar
log-choice-ended = as regras decidem de novo
log-rules-paused = as regras estão em pausa até a rede mudar
log-rules-paused-for = as regras estão em pausa por { $span }
log-rules-resumed = a pausa das regras terminou
log-auto-off-reached = desliga porque seu tempo acabou
log-next-endpoint-tried = o servidor não responde, então o próximo endereço dele é tentado
log-endpoint-chosen = o túnel usa agora este Endpoint: { $endpoint }
log-routing-changed = leva agora outras redes, com a mesma sessão
log-networks-unknown = as redes não podem ser observadas, então vale a consequência mais protetora das regras: { $error }
rules-none = não há regras
rules-source-rule = regra { $number }
rules-source-named = regra { $number } ({ $name })
rules-reason = regra { $number }: { $what }
rules-reason-otherwise = o padrão, pois nenhuma regra se aplica
rules-source-otherwise = o padrão
rules-source-fail-secure = as regras não têm padrão, então o que mais protege
rules-up = ligado: { $tunnels }
rules-down = nenhum túnel das regras está ligado
rules-leave = todos os túneis ficam como estão
rules-with-mode = { $tunnel } ({ $mode })
rules-mode-everything = tudo
rules-mode-except-lan = tudo menos esta LAN
rules-mode-private = faixas privadas
rules-mode-only = somente { $networks }
rules-kill-switch-off = desligado
rules-kill-switch-when-untrusted = só quando não confiável
rules-kill-switch-always = sempre
rules-as-tunnel = como cada túnel está definido
rules-switch-open = aberto
rules-switch-closed = fechado
rules-verdict-matched = corresponde
rules-verdict-not-matched = não corresponde
rules-verdict-unknown = desconhecido
rules-seen-no-facts = nada se sabe das redes
rules-seen-no-network = em nenhuma rede
rules-seen-network = em uma rede
rules-seen-nothing = nenhum
rules-no-known-network = nenhuma rede conhecida
rules-seen-yes = sim
rules-seen-no = não
rules-seen-home-not-asked = ninguém perguntou ainda
rules-seen-home-no-answer = ninguém respondeu
rules-uncertain = nem todo fato é conhecido, então vale a possibilidade mais protetora
rules-missing = estes túneis não existem: { $tunnels }
rules-decided = { $source }: { $action }; corte de segurança: { $switch }
rules-pending = em { $span }: { $action }; corte de segurança: { $switch }
rules-choice-on = { $tunnel } foi ligado à mão; as regras decidem de novo na próxima rede
rules-choice-off = { $tunnel } foi desligado à mão; as regras decidem de novo na próxima rede
rules-at-the-latest = { $line } (no máximo em { $span })
rules-auto-off = { $tunnel } desliga em { $span }
rules-failing = o servidor de { $tunnel } não responde
rules-broken = as regras salvas não podem ser lidas, então valem as que mais protegem; substitua-as
problem-rule-unknown-statement = { $text } não começa regra nem ajuste
problem-rule-expected = { $kind ->
    [condition] uma condição
    [and_or_then] `and` / `then`
    [action] `up`, `down` / `leave`
    [tunnel_name] o nome de um túnel
    [kill_switch] `kill switch`
    [kill_switch_setting] `always`, `only when untrusted` / `off`
    [wifi_name] o nome de uma rede Wi-Fi entre aspas
    [mac] um endereço de hardware
    [network] uma rede
    [suffix] um sufixo DNS
    [public_key] uma chave pública
    [window] uma janela de tempo
    [seconds] uma duração
    [step] `next endpoint`, `up` / `down`
    [when] `when`
   *[word] `{ $word }`
} é esperado aqui, { $found ->
    [end] e a linha acaba
   *[other] não { $text }
}
problem-rule-leftover = a regra está completa, e sobra { $text }
problem-rule-unknown-condition = não existe a condição { $text }
problem-rule-unclosed = falta a segunda aspa
problem-rule-typographic-quote = { $character } não é a aspa desta linguagem
problem-rule-escape = num nome, uma barra invertida vem antes de `\`, `"`, ou `x` e dois dígitos hexadecimais
problem-rule-pattern = { $kind ->
    [empty] um padrão não pode ser vazio; `*` vale por qualquer nome
    [escape] depois de uma barra invertida pode vir `*`, `?`, `!`, `"`, `\` ou `x` e dois dígitos hexadecimais
   *[too_long] um nome de Wi-Fi tem no máximo 32 bytes, e este precisa de { $bytes }
}
problem-rule-mac = { $text } não é um endereço de hardware
problem-rule-host-bits = isto é o endereço de um host, não uma rede
problem-rule-suffix = { $text } não é um sufixo DNS
problem-rule-public-key = isto não é uma chave pública
problem-rule-window = { $kind ->
    [time] { $text }: uma hora está entre 00:00 e 24:00
    [empty] { $text }: a janela começa e termina na mesma hora
   *[form] { $text } não é uma janela de tempo
}
problem-rule-seconds = { $kind ->
    [range] { $text }: uma duração vai de 5 s a 168 h
   *[form] { $text } não é uma duração
}
problem-rule-name = { $kind ->
    [empty] um nome não pode ser vazio
    [too_long] um nome tem no máximo 64 caracteres, este tem { $characters }
    [invisible] o caractere { $character } não é visível, ou muda como outros são vistos
   *[space] um nome não pode começar nem terminar com espaço
}
problem-rule-repeated = isto é dito pela segunda vez (primeiro na linha { $first })
problem-rule-after-otherwise = esta regra nunca é alcançada: `otherwise` na linha { $first } vale em toda parte
problem-rule-label = só regras têm nome
problem-rule-too-many = há mais erros, que não são mostrados
problem-rule-name-alone = esta regra confia numa rede Wi-Fi só pelo nome, que qualquer um pode usar
problem-rule-any-network = esta regra confia em redes que não conhece
problem-rule-relaxes-on-open = esta regra protege menos em Wi-Fi sem senha
problem-rule-never-reached = esta regra nunca é alcançada: a da linha { $first } corresponde sempre que esta corresponde
problem-rule-never-matches = as condições se excluem, então esta regra nunca corresponde
problem-rule-tunnel-unknown = não há túnel { $tunnel }
problem-rule-no-default = as regras não dizem o que vale se nenhuma corresponder, e nenhum túnel poderia ficar ligado no lugar
advice-rule-did-you-mean = você quis dizer `{ $suggestion }`?
advice-rule-begin-line = uma linha começa por `when`, `otherwise`, `kill switch`, `without answer`, `manual choice`
advice-rule-choose-condition = as condições são `wifi`, `wifi "NAME"`, `wifi open`, `ethernet`, `cellular`, `other network`, `bssid`, `gateway`, `subnet`, `dns suffix`, `metered`, `time`, `other vpn`, `home probe`, `no network`, cada uma também depois de `not`
advice-rule-expected = escreva por exemplo `when wifi "Home" and gateway aa:bb:cc:dd:ee:ff then down`
advice-rule-join = junte condições com `and`, e escreva `, kill switch …` no fim
advice-rule-quote = escreva `"` antes e depois do nome
advice-rule-double-backslash = escreva `\\` para uma barra invertida
advice-rule-write-mac = escreva seis pares de dígitos hexadecimais, como `aa:bb:cc:dd:ee:ff`
advice-rule-write-suffix = escreva um domínio, como `corp.example`
advice-rule-write-public-key = escreva 44 caracteres de base64, o último `=`
advice-rule-write-window = escreva dias, como `mon-fri`, horas, como `22:00-06:00`, ou ambos
advice-rule-write-seconds = escreva um número e uma unidade, como `30 s`, `5 min` ou `2 h`
advice-rule-move-up = mova-a para cima dessa linha
advice-rule-remove-label = remova o nome e os dois-pontos
advice-rule-add-proof = acrescente o endereço de hardware do gateway, ou a sonda de casa
advice-rule-add-default = escreva o que vale então: `otherwise up TUNNEL`


## Túneis do wg-quick

takeover-off = desligado
takeover-off-boots = desligado, e { $service } liga com o computador
takeover-up = ligado, pelo wg-quick
takeover-up-boots = ligado, pelo wg-quick, e { $service } liga com o computador
takeover-by-service = ligado, por { $service }
takeover-by-service-boots = ligado, por { $service }, que liga com o computador


## O que dois relatórios de um túnel mostram

finding-same-key = os dois lados têm a mesma chave pública: são dois relatórios de um mesmo lado, ou os dois usam a mesma chave privada, quando cada um precisa da sua
finding-not-up = { $end ->
    [here] este lado
   *[there] o outro lado
} não está ligado
finding-no-key = { $end ->
    [here] este lado
   *[there] o outro lado
} não tem chave privada própria na configuração
finding-unknown-key = { $end ->
    [here] este lado não conhece a chave pública do outro lado
   *[there] o outro lado não conhece a chave pública deste lado
} (tem { $keys }); seu [Peer] precisa de: PublicKey = { $key }
finding-unknown-key-no-peer = { $end ->
    [here] este lado não conhece a chave pública do outro lado
   *[there] o outro lado não conhece a chave pública deste lado
} (não tem nenhum par); seu [Peer] precisa de: PublicKey = { $key }
finding-preshared-key-on-one-end = { $end ->
    [here] este lado tem uma chave compartilhada e o outro não
   *[there] o outro lado tem uma chave compartilhada e este não
}: os dois precisam da mesma, ou nenhum
finding-same-address = os dois lados têm o endereço { $addresses } no túnel; cada um precisa do seu
finding-no-endpoint = nenhum lado sabe onde o outro está, então nenhum pode começar: um precisa de um Endpoint, e o outro de um ListenPort alcançável de fora (um roteador na frente tem de encaminhar essa porta UDP). Se os dois estão atrás de roteadores que ninguém pode configurar, como com endereços de 100.64.0.0/10, um terceiro computador que os dois alcancem tem de levar os pacotes
finding-preshared-keys-differ = handshakes chegam e não se autenticam, e as chaves públicas combinam: as chaves compartilhadas provavelmente não são iguais; crie uma com adit genpsk e coloque-a nos dois lados
finding-clocks = pelos relógios dos dois lados, os relatórios foram feitos com { $span } de diferença: se foi ao mesmo tempo, um dos relógios está errado
finding-mtu = a MTU é { $here } aqui e { $there } lá; se pacotes grandes ficam presos, use { $smaller } nos dois
finding-address-not-allowed = { $from ->
    [here] o outro lado descarta o que este lado envia do seu endereço
   *[there] este lado descarta o que o outro lado envia do seu endereço
}, e não envia nada para lá: falta nas AllowedIPs desse par { $addresses }
finding-stale-timestamp = { $from ->
    [here] o outro lado recusa handshakes mais velhos que um anterior: o relógio deste lado provavelmente foi atrasado; acerte-o, ou reinicie o túnel do outro lado
   *[there] este lado recusa handshakes mais velhos que um anterior: o relógio do outro lado provavelmente foi atrasado; acerte-o, ou reinicie o túnel deste lado
}
finding-port = { $from ->
    [here] este lado envia à porta UDP { $port }, e o outro lado escuta em { $listens }
   *[there] o outro lado envia à porta UDP { $port }, e este lado escuta em { $listens }
}: certo só se um roteador no caminho encaminha uma para a outra
finding-keepalive = { $from ->
    [here] o outro lado está atrás de um roteador que traduz endereços (é visto em { $endpoint } e escuta em { $listens }): se este lado tem de poder começar, use PersistentKeepalive = 25 no outro lado
   *[there] este lado está atrás de um roteador que traduz endereços (é visto em { $endpoint } e escuta em { $listens }): se o outro lado tem de poder começar, use PersistentKeepalive = 25 neste lado
}
finding-sent-to = { $sent } para { $endpoint }
finding-nothing-arrives = { $from ->
    [here] este lado enviou { $sent }, e nada chegou ao outro lado: esse endereço ou essa porta não está certo, um firewall no caminho não deixa passar UDP, ou um roteador na frente do outro lado não encaminha a porta
   *[there] o outro lado enviou { $sent }, e nada chegou a este lado: esse endereço ou essa porta não está certo, um firewall no caminho não deixa passar UDP, ou um roteador na frente deste lado não encaminha a porta
}
finding-dropped = { $from ->
    [here] este lado enviou { $sent }, e o outro lado não aceitou nada, mas descartou mensagens na última hora
   *[there] o outro lado enviou { $sent }, e este lado não aceitou nada, mas descartou mensagens na última hora
}: { $reasons }
finding-drop-count = { $reason } { $count ->
    [one] uma vez
   *[other] { $count } vezes
}
finding-none = Os dois lados combinam, e os pacotes passam nos dois sentidos.
finding-none-else = Nada mais está errado entre os dois lados.


## Linhas do registro

log-left-out = { $line } (e { $count } antes disso não aparecem)

log-daemon-started = o serviço do Adit { $version } começou
log-daemon-ended = o serviço do Adit terminou
log-store-finding = { $file } não é usado: { $what }
log-tunnel-broken = um túnel não pode ser lido: { $error }
log-file-unusable = { $file } não pode ser usado: { $error }
log-file-gone = removido, porque seu arquivo { $file } sumiu

log-imported = importado
log-exported = entregue, com suas chaves, a { $to }
log-removed = removido
log-config-replaced = tem outra configuração, versão { $version }
log-reloaded = roda conforme a versão { $version } da sua configuração
log-saved = o que rodava foi escrito na sua configuração, versão { $version }
log-not-saved = o que rodava não pôde ser escrito na sua configuração: { $error }
log-taken-over = assumido do wg-quick
log-given-back = não ligou, e foi devolvido ao wg-quick: { $error }
log-not-given-back = não pôde ser devolvido ao wg-quick: { $error }

log-key-forgotten = sua chave privada não é mais guardada, e é pedida
log-key-old = sua chave tem mais de { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}
log-preshared-key-old = sua chave compartilhada com { $peer } tem mais de { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}
log-rotation-begun = uma chave nova foi criada, e espera
log-rotation-finished = tem sua chave nova

log-hooks-approved = seus comandos foram aprovados por { $by }
log-hooks-not-run = seus comandos não rodam
log-hooks-in-sh = o bash não está instalado, então seus comandos rodam no sh
log-command-runs = roda um comando da configuração

log-connecting = sendo ligado
log-restarting = sendo reiniciado
log-tried-again = nova tentativa
log-up = ligado
log-down = desligado
log-paused = em pausa
log-not-up = não pôde ser ligado: { $error }
log-not-restored = não pôde ser ligado de novo: { $error }
log-not-kept = seu estado não pôde ser salvo: { $error }
log-taking-back = desfaz: { $step }
log-not-taken-back = algo não pôde ser desfeito: { $error }
log-removed-from-outside = alguém removeu sua interface
log-interface-moved = a interface foi para outro espaço de nomes de rede; suas rotas, servidores DNS e filtro de pacotes daqui são retirados
log-interface-back = a interface voltou de outro espaço de nomes de rede; tudo está definido de novo
log-leftovers-removed = removeu o que uma execução anterior deixou: { $what }
log-leftovers-stay = o que uma execução anterior deixou não pôde ser removido: { $error }

undone-pre-up = PreUp
undone-interface = a interface
undone-engine = WireGuard
undone-firewall = o filtro de pacotes
undone-routes = as rotas
undone-dns = os servidores DNS
undone-post-up = PostUp

log-search-without-server = DNS tem domínios de busca ({ $domains }) mas nenhum servidor, então não são definidos
log-split-dns-left-out = este computador não pode perguntar aos servidores DNS do túnel só por { $domains }, então pergunta por todos os nomes
log-ipv6-left-out = não tem IPv6 aqui e liga só com IPv4, porque { $because }
log-ipv6-outside = o IPv6 sai por fora do túnel: AllowedIPs tem 0.0.0.0/0 mas não ::/0
log-ipv6-closed = o IPv6 fica fechado enquanto o túnel está ligado: AllowedIPs tem 0.0.0.0/0 mas não ::/0
log-mtu-too-large = seu MTU de { $mtu } é grande demais para o caminho até o par, por onde cabem { $fits }
log-no-firewall = o nft não está instalado, então nada protege os endereços do túnel

log-resolving = procura { $name }
log-resolver-not-ready = { $endpoint }: { $error }; nova tentativa em { $span }
log-endpoint-moved = o nome do par { $peer } tem agora outro endereço: { $endpoint }
log-endpoint-unknown = o nome do par { $peer } não pôde ser encontrado de novo: { $error }

log-handshake-sent = pede um handshake ao par { $peer }
log-handshake-sent-again = sem resposta; pede de novo um handshake ao par { $peer } (tentativa { $attempt })
log-handshake-answered = o par { $peer } respondeu: há uma sessão nova
log-handshake-asked-for = o par { $peer } pediu um handshake: há uma sessão nova
log-handshake-given-up = o par { $peer } não respondeu por 90 s; o próximo pacote para ele pede de novo
log-handshake-dropped = uma mensagem de { $from } é descartada: { $reason }
log-cookie-received = o par { $peer } está sobrecarregado e pede nova tentativa com um cookie
log-peer-silent = o par { $peer } não respondeu por 15 s
log-peer-moved = o par { $peer } é ouvido agora de { $endpoint }
log-no-answer = o par { $peer } não respondeu por { $span }; o túnel não leva nada até lá
log-answers-again = o par { $peer } responde de novo, após { $span }

dropped-message-type = não é uma mensagem do WireGuard
dropped-message-length = nenhuma mensagem do WireGuard tem esse tamanho
dropped-mac1 = não foi feita para a chave pública deste lado (mac1 errado): o outro lado tem outra chave pública para este
dropped-cookie-required = este lado está sobrecarregado e pediu ao remetente nova tentativa com um cookie
dropped-rate-limited = este lado está sobrecarregado, e teve handshakes demais desse endereço
dropped-no-private-key = este lado não tem chave privada
dropped-unknown-index = não responde a nenhum handshake deste lado (índice de receptor desconhecido): talvez tenha chegado tarde demais
dropped-cookie = seu cookie não responde a nada que foi enviado (cookie errado)
dropped-handshake = não é autêntica: as chaves não combinam, ou as chaves compartilhadas não são a mesma; o outro lado também pode ter respondido tarde
dropped-low-order-point = tem uma chave pública de ordem baixa
dropped-unknown-peer = seu remetente não é um par deste túnel (par desconhecido): acrescente aqui a chave pública do outro lado, ou corrija-a
dropped-replayed-initiation = é mais antiga que uma anterior (marca de tempo atrasada): alguém a repetiu, ou o relógio do outro lado foi atrasado
dropped-initiation-flood = veio cedo demais após a última desse par

drop-message-type = recebido: não é uma mensagem do WireGuard
drop-message-length = recebido: uma mensagem de um tamanho que nenhuma mensagem do WireGuard tem
drop-mac1 = recebido: uma mensagem que não foi feita para a chave pública deste lado (mac1 errado)
drop-cookie-required = recebido sob carga: uma mensagem sem cookie válido; o remetente recebeu um para nova tentativa
drop-rate-limited = recebido sob carga: handshakes demais de um mesmo endereço
drop-no-private-key = recebido: um handshake quando este lado não tinha chave privada
drop-unknown-index = recebido: uma mensagem de uma sessão que este lado não tem (índice de receptor desconhecido)
drop-cookie = recebido: um cookie para uma mensagem que este lado não enviou
drop-handshake = recebido: um handshake que não é autêntico; as chaves não combinam, ou as chaves compartilhadas não são a mesma
drop-low-order-point = recebido: uma chave pública de ordem baixa
drop-unknown-peer = recebido: um handshake de uma chave que não é de nenhum par deste túnel
drop-replayed-initiation = recebido: um handshake mais antigo que um anterior (marca de tempo atrasada)
drop-initiation-flood = recebido: handshakes de um par em sequência rápida demais
drop-session-expired = recebido: dados de uma sessão antiga demais
drop-counter-exhausted = recebido ou a enviar: um pacote de uma sessão que esgotou seu contador de mensagens
drop-decrypt = recebido: dados que não são autênticos
drop-replay = recebido: dados que já tinham sido recebidos, ou tarde demais
drop-inner-packet = recebido ou a enviar: dados que não são um pacote IP
drop-source-not-allowed = recebido: um pacote de um endereço que não está em AllowedIPs do par
drop-congestion = recebido: um pacote com uma marca de congestionamento que seu remetente não entenderia
drop-no-route = a enviar: um pacote para um endereço que não está em AllowedIPs de nenhum par
drop-no-endpoint = a enviar: um pacote para um par cujo endpoint não é conhecido
drop-routing-loop = a enviar: um pacote cifrado deste túnel que uma rota trouxe de volta a ele
drop-queue-full = a enviar: um pacote que esperava um handshake com outros demais
drop-handshake-timeout = a enviar: um pacote para um par que não respondeu ao handshake

log-network-changed = a rede deste computador mudou
log-path-changed = a rede mudou: pede { $peers ->
    [one] uma sessão nova a um par
   *[other] sessões novas a { $peers } pares
}
log-mtu-changed = seu MTU segue a rede: { $to } em vez de { $from }
log-cannot-follow-network = uma mudança da rede não pôde ser seguida: { $error }
log-local-networks-unknown = as redes locais que ficam acessíveis não puderam ser atualizadas: { $error }

log-closed = o corte de segurança está fechado
log-opened = o corte de segurança está aberto
log-not-closed = o corte de segurança não pôde ser fechado: { $error }
log-not-opened = o corte de segurança não pôde ser aberto: { $error }
log-kill-switch-off = seu corte de segurança está em desligado
log-kill-switch-block = seu corte de segurança está em bloqueio; as redes locais também são bloqueadas
log-kill-switch-block-lan = seu corte de segurança está em bloqueio; as redes locais ficam acessíveis
log-kill-switch-lockdown = seu corte de segurança está em isolamento; as redes locais também são bloqueadas
log-kill-switch-lockdown-lan = seu corte de segurança está em isolamento; as redes locais ficam acessíveis
log-ipv6-allowed-outside = o IPv6 pode sair por fora
log-ipv6-kept-inside = o IPv6 não pode sair por fora
log-stays-blocked = o corte de segurança de { $interface } continua fechado, embora nenhum túnel legível o tenha
log-kill-switches-unknown = não foi possível saber quais cortes de segurança estão fechados: { $error }
log-early-opened = o corte de segurança de { $interface }, fechado na inicialização, está aberto
log-early-not-kept = os cortes de segurança para a inicialização não puderam ser salvos: { $error }
log-peer-shut-out = o corte de segurança bloqueia um par que se moveu: { $error }

log-put-back = outro programa removeu isto: { $what }; restaurado
log-not-put-back = o que outro programa removeu não pôde ser restaurado: { $error }
log-fought-with = outro programa removeu seus ajustes { $times } vezes em 10 s: só o corte de segurança é restaurado na hora
log-unguarded = mudanças de outros programas não são notadas: { $error }

setting-kill-switch = corte de segurança
setting-packet-filter = filtro de pacotes
setting-addresses = endereços
setting-routes = rotas
setting-rules = regras de roteamento
setting-resolvers = servidores DNS

log-other = { $name }{ $fields }


## O ícone da bandeja e as notificações

tray-away = O serviço do Adit não está rodando
tray-not-permitted = Sem acesso ao serviço do Adit
tray-no-answer = O serviço do Adit não responde
tray-empty = Ainda não há túneis
tray-off = Nenhum túnel está ligado
tray-status = Estado: { $text }
tray-line = { $tunnel }: { $state }
tray-addresses = Endereços: { $addresses }
tray-tunnel = { $tunnel } – { $state }
tray-tunnels = Túneis
tray-pauses = Pausar
tray-pause = Pausar { $tunnel } por { $span }
tray-resume = Retomar { $tunnel }
tray-resume-in = Retomar { $tunnel } (faltam { $span })
tray-by-rules = { $is ->
    [on] Ligado
   *[off] Desligado
} – { $reason }
tray-manual = À mão – as regras decidem de novo na próxima rede
tray-manual-for = À mão – as regras decidem de novo em no máximo { $span }
tray-rules-paused = Regras pausadas até a rede mudar
tray-rules-paused-for = Regras pausadas por mais { $span }
tray-resume-rules = Voltar a seguir as regras
tray-manage = Gerenciar túneis…
tray-import = Importar túneis de arquivos…
tray-about = Sobre…
tray-quit = Sair (os túneis ficam como estão)

consent-screen = Procurar um código QR na tela?
consent-screen-more = Deixe o código QR à vista. O Adit olha a tela inteira uma vez, no próprio processo, e não guarda nenhuma imagem.
consent-screen-yes = Procurar
consent-camera = Permitir que o Adit use a câmera?
consent-camera-more = O Adit procura códigos QR nas imagens, no próprio processo, e não guarda nenhuma. Isso vale até o Adit ser fechado.
consent-camera-yes = Usar a câmera
consent-no = Cancelar

notice-up = { $tunnel } está ligado
notice-down = { $tunnel } está desligado
notice-failed = { $tunnel } não pôde ser ligado
notice-rule-mode = Agora passa por { $tunnel }: { $mode }
notice-silent = { $tunnel }: sem resposta há { $span }
    .body = O túnel está ligado, mas o que entra nele não chega.
notice-answers = { $tunnel } responde de novo
notice-blocked = { $tunnel } está bloqueado
    .body = Nada sai deste computador até que o túnel esteja ligado ou você o desligue.
notice-key-old = { $tunnel }: a chave tem { $span }
    .body = Uma chave nova pode ser criada na página do túnel.
notice-preshared-key-old = { $tunnel }: uma chave pré-compartilhada tem { $span }
    .body = Uma nova pode ser posta nas duas pontas.
notice-refused = { $tunnel } não foi alterado
notice-action = Mostrar o túnel

dialog-export = Salvar a configuração de { $tunnel }
dialog-export-all = Salvar todas as configurações
dialog-backup = Salvar o backup
dialog-choose-backup = Escolher um backup
home-yes = esta é a rede de casa: o dono de { $key } respondeu em { $interface }
home-no-answer = não é a rede de casa: ninguém respondeu em { $interface }
home-forged = não é a rede de casa: o que foi respondido em { $interface } não prova nada
home-elsewhere = não é a rede de casa: a resposta em { $interface } veio de outra rede
home-passed-on = não é a rede de casa: alguém repassou a pergunta de { $interface } a partir de outro endereço
home-serves = respondendo em { $interfaces }, porta UDP { $port }; Ctrl-C encerra
home-waits = este computador não está em nenhuma rede; responderá assim que estiver em uma
home-clock = sem resposta a { $address }: os relógios diferem em { $seconds } s, e no máximo 300 s são permitidos
home-too-many = sem resposta a { $address }: perguntas demais
dialog-import-files = Importar túneis
dialog-import-folder = Importar os arquivos .conf de uma pasta


## A janela

ui-connecting = Procurando o serviço do Adit…
ui-loading = Carregando…
ui-tunnels = Túneis
ui-pages = Páginas
ui-log = Registro
ui-settings = Ajustes
ui-back = Voltar
ui-more = Mais ações
ui-cancel = Cancelar
ui-done = Pronto
ui-show = Mostrar
ui-save = Salvar
ui-dismiss = Fechar
ui-never = Nunca
ui-none = nenhuma
ui-days = { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}
ui-name = Nome
ui-not-known = Desconhecido
ui-copy = Copiar { $what }
ui-copied = Copiado: { $what }
ui-copy-failed = A área de transferência não está disponível
ui-what-public-key = a chave pública
ui-what-command = o comando
ui-what-peer-section = a seção do par
ui-unreachable = O serviço do Adit não responde.
ui-away-not-running = O serviço do Adit não está rodando
ui-away-not-running-text = Esta janela mostra e controla túneis; um serviço em segundo plano os leva. Para iniciá-lo em um terminal:
ui-away-not-permitted = Você não pode usar o serviço do Adit
ui-away-not-permitted-text = O serviço está rodando, mas não aceita este usuário. Entre no grupo dos operadores em um terminal e inicie a sessão de novo:
ui-away-service-older = O serviço do Adit é mais antigo que esta janela
ui-away-service-older-text = Eles não se entendem. Após uma atualização, o serviço precisa ser reiniciado; caso contrário, atualize-o:
ui-away-service-newer = O serviço do Adit é mais novo que esta janela
ui-away-service-newer-text = Eles não se entendem. Feche o Adit e abra de novo; se não bastar, atualize-o. Os túneis ficam como estão.
ui-away-stranger = Outro programa ocupa o lugar do serviço do Adit
ui-away-stranger-text = Nada foi enviado a ele. Um administrador precisa descobrir que programa é e encerrá-lo.
ui-away-no-answer = O serviço do Adit não responde
ui-away-no-answer-text = Ele está lá, mas não se consegue falar com ele. Se continuar assim, reinicie-o em um terminal:
ui-away-no-manager = Este sistema não tem systemd, OpenRC nem runit. Inicie ou reinicie o programa aditd como este sistema inicia seus serviços.

ui-away-waits = Esta janela se conecta sozinha quando o serviço estiver lá.
ui-away-banner = O serviço do Adit não responde. O que aparece aqui pode estar desatualizado.
ui-away-help = O que fazer
ui-simulated = Sistema simulado: nada é alterado neste computador
ui-try-now = Tentar agora
ui-check-again = Verificar de novo

ui-add = Adicionar um túnel
ui-add-hint = Adicionar um túnel (Ctrl+N para um vazio)
ui-search = Buscar
ui-no-tunnels = Nenhum túnel
ui-none-found = Nenhum túnel tem isto no nome ou nos endereços.
ui-switch = { $tunnel } ligado
ui-row-answered = respondeu { $ago }
ui-row-paused = em pausa, volta em { $time }
ui-row-blocked = bloqueado: nada sai
ui-row-unusable = desligado, a configuração tem erros
ui-home = { $count ->
    [0] Nenhum túnel está ligado
    [one] Um túnel está ligado
   *[other] { $count } túneis estão ligados
}
ui-home-text = Escolha um túnel da lista.
ui-gone = Este túnel não existe mais
ui-gone-text = Alguém o removeu.

ui-status-off = Desligado
ui-status-failed = Falhou
ui-status-starting = Iniciando
ui-status-stopping = Parando
ui-status-handshaking = Ainda sem handshake
ui-status-healthy = Saudável
ui-status-idle = Ocioso
ui-status-empty = Sem pares
ui-status-waiting = Espera o par
ui-status-silent = Sem resposta
ui-status-blocked = Bloqueado
ui-status-paused = Em pausa
ui-since = Desde { $time }
ui-paused-until = Volta em { $time }
ui-paused-open = Até você retomar
ui-last-handshake = Último handshake { $ago }.
ui-way-all = Tudo neste computador passa pelo túnel.
ui-way-some = O que é das redes dele passa pelo túnel, o resto por fora.
ui-way-past = O tráfego passa por fora deste túnel.
ui-way-blocked = Nada sai deste computador até que o túnel esteja ligado ou você o desligue.
ui-way-paused-blocked = O corte de segurança fica aberto enquanto o túnel está em pausa.
ui-way-lockdown = Isolamento: nada sai deste computador enquanto este túnel está desligado.
ui-turn-on = Ligar
ui-pause = Pausar
ui-pause-5-minutes = Por 5 minutos
ui-pause-1-hour = Por 1 hora
ui-pause-open = Até eu retomar
ui-resume = Retomar
ui-turn-off-in = Desligar em { $span }
ui-turns-off = Desliga em { $time }
ui-stay-on = Deixar ligado

ui-edit = Editar
ui-restart = Reiniciar
ui-only-when-up = Só com o túnel ligado
ui-log-of-tunnel = Mostrar seu registro
ui-rename = Renomear…
ui-rename-title = Renomear o túnel
ui-rename-button = Renomear
ui-versions = Versões anteriores
ui-new-key = Chave nova
ui-export = Exportar
ui-remove = Remover
ui-remove-title = Remover { $tunnel }?
ui-remove-text = A configuração, as chaves e as versões anteriores são apagadas. Não há como desfazer.
ui-remove-up = Ele é desligado, e a configuração, as chaves e as versões anteriores são apagadas. Não há como desfazer.
ui-removed = { $tunnel } foi removido
ui-keep = Manter

ui-problem-unusable = A configuração tem erros, então o túnel não pode ser ligado.
ui-problem-blocked = O túnel não pôde ser mantido, e seu corte de segurança não deixa nada passar por fora.
ui-problem-retry = A próxima tentativa é em { $time }.
ui-problem-retrying = A próxima tentativa está em andamento.
ui-problem-interface-removed = Outro programa removeu a interface do túnel.
ui-problem-engine-stopped = O túnel parou sozinho. O que se sabe está no registro.
ui-problem-no-answer = Pacotes foram enviados, e nada voltou há { $span }.
ui-problem-no-answer-advice = O servidor pode estar desligado, ou a rede no caminho pode bloquear UDP.
ui-problem-no-handshake = O servidor não respondeu por { $span }.
ui-problem-no-handshake-advice = Confira o endpoint e as duas chaves públicas, e se o servidor conhece a chave deste computador.
ui-problem-routing-loops = { $count ->
    [one] Um pacote cifrado voltou para o túnel e foi descartado.
   *[other] { $count } pacotes cifrados voltaram para o túnel e foram descartados.
}
ui-problem-routing-loops-advice = A rota até o servidor passa pelo próprio túnel. Tire o endereço do servidor de AllowedIPs.
ui-problem-namespace = A interface foi para outro espaço de nomes de rede.
ui-problem-conflicts = O túnel está ligado apesar de um conflito.
ui-problem-differs = O túnel que roda difere da sua configuração.
ui-problem-rotation = Uma chave nova espera o outro lado.
ui-problem-key-old = { $days ->
    [one] A chave tem mais de { $days } dia.
   *[other] A chave tem mais de { $days } dias.
}
ui-fix-connect = Ligar
ui-fix-disconnect = Desligar
ui-fix-restart = Reiniciar
ui-fix-reload = Aplicar a configuração
ui-fix-save = Salvar o que roda
ui-fix-edit = Editar
ui-fix-hooks = Ler os comandos
ui-fix-key = Digitar a chave
ui-fix-rotation = Chave nova
ui-fix-endpoint = Editar o endpoint
ui-fix-look-up = Consultar de novo
ui-fix-log = Ver o registro
ui-fix-own-key = Ver a chave pública

ui-traffic = Tráfego
ui-received = { $size } recebidos
ui-sent = { $size } enviados
ui-graph-range = Intervalo do gráfico
ui-graph-60-seconds = 60 s
ui-graph-5-minutes = 5 min
ui-graph-seconds-ago = há { $seconds } s
ui-graph-minutes-ago = há { $minutes } min
ui-graph-now = agora
ui-graph-at = há { $seconds } s: ↓ { $received } ↑ { $sent }
ui-graph-failed = O gráfico não pôde ser carregado.
ui-graph = Tráfego dos últimos { $length } segundos: recebido até { $received }, enviado até { $sent }

ui-peers = Pares
ui-peer = Par
ui-peers-count = { $count ->
    [0] Nenhum par
    [one] Um par
   *[other] { $count } pares
}
ui-no-peers = A configuração não tem par, então o túnel não leva nada.
ui-all-peers = Mostrar os { $count } pares
ui-peer-answers = responde
ui-peer-why-idle = Nada precisa ser enviado no momento.
ui-peer-why-never = Nada jamais veio dele. O endpoint ou uma chave pode estar errado, ou a rede bloqueia UDP.
ui-peer-why-handshaking = Ele ainda não respondeu ao primeiro handshake.
ui-peer-why-unresolved = O endereço de { $host } não é conhecido, então nada pode ser enviado para lá.
ui-peer-why-loop = A rota até ele leva para dentro deste mesmo túnel.
ui-peer-why-own-key = Chegam mensagens criptografadas para outra chave pública: o outro lado tem uma chave pública errada deste túnel.
ui-peer-why-unknown-key = Chegam handshakes de uma chave pública que nenhum par tem aqui. A chave pública deste par pode estar errada.
ui-peer-why-shared-key = Chegam handshakes que não combinam com as chaves daqui. As chaves pré-compartilhadas podem ser diferentes.
ui-peer-why-clock = Chegam handshakes mais antigos que outros já recebidos. O relógio do outro lado pode ter sido atrasado.
ui-peer-why-name-moved = Última resposta: { $ago }. Se { $host } já tem outro endereço, consulte-o de novo.
ui-peer-why-roamed = Última resposta: { $ago }, de { $endpoint }, que não é o endpoint configurado. Consulte-o de novo.
ui-peer-why-silent = Última resposta: { $ago }. Ele pode estar desligado, ou a rede no meio bloqueia UDP.
ui-peer-why-waiting = Ele não tem endpoint aqui, então tem de começar.
ui-peer-why-not-running = Ele está na configuração, mas o túnel em execução não o tem.
ui-peer-why-from-outside = Outro programa adicionou este par. Ele não está na configuração.
ui-endpoint = Endpoint
ui-endpoint-moved = mudou; configurado:
ui-endpoint-configured = de
ui-handshake = Último handshake
ui-transfer = Transferência
ui-transferred = { $received } recebidos, { $sent } enviados
ui-public-key = Chave pública
ui-own-key = Chave pública deste computador
ui-own-key-text = O outro lado precisa desta chave.
ui-own-key-changes = Ela muda ao salvar: então o outro lado precisa desta nova.
ui-own-key-later = O serviço cria as chaves ao criar o túnel e então mostra a pública. Para sabê-la antes, digite uma chave privada sua.
ui-own-key-invalid = Não há chave privada válida, então não há chave pública.
ui-preshared-key-set = Chave compartilhada definida
ui-keepalive = Keepalive
ui-every = a cada { $span }
ui-allowed-ips = IPs permitidos
ui-more-networks = +{ $count } mais

ui-changes = O que ele muda neste computador
ui-would-change = O que ligá-lo vai mudar neste computador
ui-changes-undone = Tudo isto é desfeito quando o túnel é desligado.
ui-would-conflict = Ligá-lo entra em conflito com algo neste computador.
ui-effect-routes = { $count ->
    [0] nenhuma rota
    [one] uma rota
   *[other] { $count } rotas
}
ui-effect-dns-servers = { $count ->
    [one] um servidor DNS
   *[other] { $count } servidores DNS
}
ui-effect-commands = { $count ->
    [one] um comando
   *[other] { $count } comandos
}
ui-effect-kill-switch = corte de segurança
ui-effect-interface = { $interface }, MTU { $mtu } ({ $source })
ui-effect-hidden = Só administradores podem ver este comando
ui-label-interface = Interface
ui-label-line = Linha { $line }

ui-protection = Proteção
ui-protection-at-once = Estes dois têm efeito na hora, sem salvar.
ui-kill-switch = Corte de segurança
ui-kill-switch-off = Desligado
ui-kill-switch-block = Bloqueio
ui-kill-switch-lockdown = Isolamento
ui-kill-switch-off-text = Se o túnel falhar, o tráfego passa por fora.
ui-kill-switch-block-text = Enquanto o túnel deve estar ligado, nada passa por fora.
ui-kill-switch-lockdown-text = Nada jamais passa por fora do túnel, nem desligado nem quando o computador inicia.
ui-allow-lan = As redes locais ficam acessíveis
ui-allow-lan-text = Impressoras e outros aparelhos nas redes em que este computador está.
ui-allow-lan-no-effect = Sem efeito enquanto o corte de segurança está desligado: então nada é bloqueado.
ui-ipv6-outside = O IPv6 pode passar por fora do túnel
ui-ipv6-outside-text = O túnel leva todo o IPv4 e nada de IPv6. Senão, o IPv6 fica fechado enquanto ele está ligado.
ui-start-at-boot = Ligar quando o computador iniciar
ui-start-at-boot-text = Mesmo antes de alguém entrar.
ui-start-at-boot-needs-key = Não é possível: o túnel pede sua chave.
ui-lockdown = Pôr { $tunnel } em isolamento?
ui-lockdown-text = Nada vai sair deste computador por fora deste túnel, nem desligado nem após reiniciar. Só um administrador pode encerrar um isolamento.
ui-lockdown-set = Aplicar isolamento

ui-route = Para onde vai um endereço?
ui-route-look = Consultar
ui-route-tunnel = { $ip } passa por { $tunnel } até { $peer }.
ui-route-outside = { $ip } passa por fora de todos os túneis.
ui-route-outside-over = { $ip } passa por fora de todos os túneis, por { $interface }.
ui-route-no-peer = { $ip } entra em { $tunnel }, onde nenhum par o tem, e é descartado.
ui-route-other = { $tunnel } também o levaria ({ $network }).

ui-details = Detalhes técnicos
ui-details-summary = { $interface } · versão { $version }
ui-interface = Interface
ui-interface-hint = De 1 a 15 letras, dígitos e _ = + . -
ui-key-age = Idade da chave
ui-key-age-at-least = pelo menos { $span }
ui-listen-port = Escuta em
ui-udp-port = porta UDP { $port }
ui-data-path = Caminho dos dados
ui-data-path-text = { $queues ->
    [one] uma fila
   *[other] { $queues } filas
}; descargas: { $offloads }
ui-dropped = Descartados
ui-source = Configuração
ui-source-store = No armazenamento do Adit
ui-id = Identificador

ui-conflict = { $tunnel } entra em conflito com o que já existe
ui-conflict-text = Se os dois estiverem ligados, parte do tráfego vai para onde não deve.
ui-conflict-anyway = Ligar mesmo assim
ui-conflict-replace = Desligar { $others } primeiro

ui-key = Chave privada de { $tunnel }
ui-key-text = O serviço não guarda esta chave. Ela é usada até o túnel ser desligado, e depois esquecida.
ui-key-label = Chave privada
ui-key-wrong = Essa não é a chave deste túnel.

ui-hooks = Comandos de { $tunnel }
ui-hooks-text = Esta configuração roda estes comandos como root. Aprove-os só se souber o que cada um faz.
ui-hooks-hidden = Você não pode ver os comandos. Fale com um administrador deste computador.
ui-hooks-approve = Aprovar

ui-welcome = Adicione seu primeiro túnel
ui-welcome-text = O Adit leva túneis WireGuard neste computador. Enquanto um túnel está ligado, ele muda rotas, DNS e o filtro de pacotes, mostra cada mudança antes, e desfaz todas depois.
ui-no-account = Sem conta, sem telemetria.
ui-import-file = Importar um arquivo
ui-import-file-hint = Um arquivo .conf, um pacote deles ou a imagem de um código QR
ui-import-folder = Pasta…
ui-import-folder-hint = Importa os arquivos .conf de uma pasta
ui-import-paste = Colar um texto
ui-import-paste-hint = O texto de uma configuração
ui-scan = Escanear um código QR
ui-scan-hint = Com a câmera, da tela ou em uma imagem
ui-scan-camera = Usar a câmera
ui-scan-screen = Da tela
ui-scan-clipboard = Da área de transferência
ui-scan-tip = Imagens também podem ser coladas com Ctrl+V. Elas ficam neste programa, e nenhuma é guardada.
ui-screen-waiting = Procurando na tela…
ui-camera-starting = Iniciando a câmera…
ui-camera-looking = Mostre o código QR à câmera.
ui-camera-preview = Imagem da câmera
ui-camera-choice = Câmera
ui-camera-stop = Desligar a câmera
ui-camera-none = Nenhuma câmera foi encontrada. Conecte uma ou escolha uma imagem do código QR.
ui-camera-denied = A câmera não pode ser usada. Permita quando for perguntado ou escolha uma imagem do código QR.
ui-camera-failed = Não foi possível iniciar a câmera. Talvez outro programa a esteja usando.
ui-from-camera = câmera
ui-from-screen = tela
ui-from-clipboard = área de transferência
ui-clipboard-empty = Não há nenhuma imagem na área de transferência.
ui-link-refused = Um link não foi aberto.
ui-link-no-tunnel = Não há nenhum túnel { $name }.
ui-link-too-long = Ele é longo demais.
ui-link-parameters = Um link só mostra uma página. Ele não pode trazer uma configuração nem ligar ou desligar um túnel.
ui-link-name = Ele não tem um nome de túnel válido.
ui-link-unknown = Ele não indica nenhuma página do Adit.
ui-make-new = Criar um novo
ui-make-new-hint = Com sua própria chave
ui-paste-label = Texto da configuração
ui-paste-continue = Continuar
ui-pasted-text = texto colado
ui-pick-picture = Escolher uma imagem
ui-drop = Solte para importar
ui-drop-hint = Você também pode soltar arquivos e pastas em qualquer lugar desta janela.
ui-rules = Automático
ui-rules-about = Regras ligam e desligam túneis conforme a rede deste computador. A primeira regra que vale decide.
ui-rules-start = Quando um túnel deve estar ligado?
ui-rules-start-text = Uma opção pronta vira regras que você pode ler e mudar. Nada é salvo sem seu acordo.
ui-rules-for = Túnel
ui-rules-preset-always = Sempre
ui-rules-preset-always-hint = Ligado em qualquer rede.
ui-rules-preset-everywhere-except-here = Em todo lugar menos em casa
ui-rules-preset-everywhere-except-here-hint = Desligado na rede atual deste computador, ligado em todas as outras.
ui-rules-preset-wifi-that-is-not-mine = Em qualquer Wi-Fi que não seja meu
ui-rules-preset-wifi-that-is-not-mine-hint = Desligado no Wi-Fi atual e sem Wi-Fi, ligado em qualquer outro.
ui-rules-preset-open-wifi = Em Wi-Fi aberto
ui-rules-preset-open-wifi-hint = Ligado onde o Wi-Fi não tem senha, ou tem uma fácil de quebrar.
ui-rules-own = Escrever minhas regras
ui-rules-own-hint = Com condições sobre Wi-Fi, gateway, horário e mais.
ui-rules-no-tunnels = Ainda não há túneis. Adicione um primeiro.
ui-rules-now = Agora
ui-rules-view = Visualização
ui-rules-list = Regras
ui-rules-text = Texto
ui-rules-settings = Ajustes das regras
ui-rules-add = Adicionar uma regra
ui-rules-decides = decide agora
ui-rules-otherwise = Em qualquer outra rede
ui-rules-otherwise-none = Não dito; então o túnel das regras leva tudo ali.
ui-rules-unsaved = Estas regras ainda não foram salvas.
ui-rules-would = Com elas, agora: { $what }.
ui-rules-save = Salvar as regras
ui-rules-saved = As regras foram salvas.
ui-rules-broken = As regras salvas não podem ser lidas. Até serem corrigidas, valem as últimas, ou as que mais protegem.
ui-rules-has-errors = Este texto tem erros. Corrija-os no texto ou volte às regras salvas.
ui-rules-newer = As regras foram mudadas nesse meio-tempo, então estas não podem ser salvas.
ui-rules-overtaken = As regras foram mudadas nesse meio-tempo, então isto não foi feito.
ui-rules-trust = Confiar nesta rede
ui-rules-trust-hint = Adiciona uma regra que desliga os túneis aqui.
ui-rules-pause = Pausar as regras
ui-rules-pause-network = Até a rede mudar
ui-rules-resume = Voltar a seguir as regras
ui-rules-paused = As regras estão pausadas, e seus túneis desligados.
ui-rules-chosen-on = { $tunnel } foi ligado à mão.
ui-rules-chosen-off = { $tunnel } foi desligado à mão.
ui-rules-holds-network = Vale até a rede mudar.
ui-rules-holds-until = Termina em { $time }.
ui-rules-suspended = Sem efeito no momento: esta pode ser outra rede.
ui-rules-pending = Em { $time }: { $what }.
ui-rules-ready-made = Regras prontas
ui-rules-ready-made-text = A escolha substitui todas as regras atuais. Nada é salvo sem seu acordo.
ui-rules-failing = O servidor de { $tunnel } não responde.
ui-rules-failing-step = Passo atual: { $step }.
ui-rules-failing-next = Próxima tentativa em { $time }.
ui-rules-off-in = { $tunnel } desliga em { $time }.
ui-rules-why = Por quê?
ui-rules-by = Decidido por: { $source }
ui-rules-sources = Possível: { $sources }
ui-rules-add-gateway = Adicionar o gateway { $address }
ui-rules-add-probe = Adicionar a sonda de casa
ui-rules-name-alone = confia só em um nome
ui-rules-name-alone-more = Qualquer um pode dar este nome a um Wi-Fi. O endereço físico do gateway garante que é o seu.
ui-rules-name-alone-away = Conecte-se a esse Wi-Fi para adicionar o gateway dele.
ui-rules-governed = Automático: { $source }
ui-rules-by-hand = ligado ou desligado à mão
ui-rule = Regra { $number }
ui-rule-new = Nova regra
ui-rule-edit = Editar a regra { $number }
ui-rule-edit-otherwise = Editar o que vale em qualquer outra rede
ui-rule-remove = Remover a regra { $number }
ui-rule-up = Subir a regra { $number }
ui-rule-down = Descer a regra { $number }
ui-rule-moved = Agora é a regra { $number } de { $count }
ui-rule-unreadable = Esta linha tem um erro.
ui-rule-if = Se { $conditions }
ui-rule-name = Nome (opcional)
ui-rule-conditions = Se tudo isto vale
ui-rule-condition = Condição { $number }
ui-rule-add-condition = Adicionar uma condição
ui-rule-remove-condition = Remover esta condição
ui-rule-is = é
ui-rule-is-not = não é
ui-rule-then = Então
ui-rule-then-up = Ligar
ui-rule-then-down = Tudo desligado
ui-rule-then-leave = Deixar como está
ui-rule-then-none = Não dizer nada
ui-rule-tunnel = Túnel
ui-rule-add-tunnel = Também outro túnel
ui-rule-remove-tunnel = Sem { $tunnel }
ui-rule-mode = O que passa por ele
ui-rule-mode-as-configured = como configurado
ui-rule-mode-only = só estas redes
ui-rule-networks = Redes
ui-rule-does-up = { $tunnels } ligado
ui-rule-does-down = todos os túneis automáticos desligados
ui-rule-kill = Corte de segurança
ui-rule-kill-default = como nos ajustes
ui-rule-kill-is = corte de segurança: { $when }
ui-rule-one-per-line = Um por linha
ui-rule-present = Atual: { $value }
ui-rule-manual = Uma escolha à mão vale
ui-rule-manual-text = Sempre termina quando a rede muda.
ui-rule-manual-network = até a rede mudar
ui-rule-manual-for = no máximo { $span }
ui-rule-kill-text = Para regras que não dizem a sua.
ui-rule-failover = Se um servidor não responde
ui-rule-failover-text = Os passos são tentados em ordem, e depois o próprio túnel outra vez. Um servidor que responde mantém seu túnel.
ui-rule-failover-none = não fazer nada
ui-rule-failover-after = depois de { $span }
ui-rule-failover-steps = Passos
ui-rule-failover-step = Passo { $number }
ui-rule-failover-next-endpoint = Tentar seus outros endereços
ui-rule-failover-up = Ligar { $tunnel } no lugar
ui-rule-failover-down = Desligar
ui-rule-failover-add = Adicionar um passo
ui-rule-failover-remove = Remover o passo { $number }
ui-match-link = tipo de rede
ui-match-wifi-name = nome do Wi-Fi
ui-match-access-point = ponto de acesso
ui-match-wifi-security = proteção do Wi-Fi
ui-match-gateway = gateway
ui-match-subnet = sub-rede
ui-match-dns-suffix = sufixo DNS
ui-match-metered = limitada
ui-match-time = horário
ui-match-other-vpn = outra VPN
ui-match-home-probe = sonda de casa
ui-match-no-network = sem rede
ui-match-wifi-name-hint = * vale por qualquer texto, ? por um caractere; ! no início exclui nomes.
ui-match-time-hint = Por exemplo mon-fri 22:00-06:00
ui-link-wifi = Wi-Fi
ui-link-ethernet = Ethernet
ui-link-cellular = rede móvel
ui-link-other = outro tipo
ui-security-open = sem senha
ui-security-wep = WEP
ui-security-wpa = WPA
ui-security-wpa2 = WPA2
ui-security-wpa3 = WPA3
ui-security-enterprise = Enterprise (802.1X)
ui-security-none = nenhuma
ui-fact = { $what } é { $value }
ui-fact-not = { $what } não é { $value }
ui-fact-metered = o tráfego custa dinheiro
ui-fact-metered-not = o tráfego é grátis
ui-fact-other-vpn = outra VPN está ativa
ui-fact-other-vpn-not = nenhuma outra VPN está ativa
ui-fact-home-probe = a casa responde à sonda
ui-fact-home-probe-not = a casa não responde à sonda
ui-fact-no-network = não há rede
ui-fact-no-network-not = há uma rede
ui-fact-quoted = “{ $text }”
ui-seen = visto: { $value }
ui-network-none = Este computador não está em nenhuma rede.
ui-network-unknown = As redes deste computador ainda não são conhecidas.
ui-network-gateway = gateway { $address }
ui-network-metered = limitada
ui-network-portal = uma página de login retém o tráfego
ui-draft = Túnel de { $from }
ui-draft-unusable = não pode ser importado
ui-draft-unchecked = não verificado
ui-draft-leave-out = Deixar este de fora
ui-draft-edit = Editar o texto
ui-draft-keys = As chaves ficam no programa e aparecem como marcas. Onde a marca fica, a chave fica.
ui-import = { $count ->
    [0] Importar
    [one] Importar um túnel
   *[other] Importar { $count } túneis
}
ui-importing = Importando…
ui-imported = { $done } de { $all } importados
ui-import-unreadable = { $count ->
    [one] Um arquivo não pode ser lido.
   *[other] { $count } arquivos não podem ser lidos.
}
ui-import-too-large = O arquivo é grande demais.
ui-takeovers = Túneis do wg-quick
ui-takeovers-text = Estes podem passar para o Adit. Os arquivos ficam onde estão.
ui-takeover-up = ligado
ui-takeover-down = desligado
ui-take-over = Assumir
ui-take-over-title = Assumir { $name }?
ui-take-over-file = O arquivo { $path } fica onde está, sem mudanças. O Adit leva o túnel a partir dele.
ui-take-over-stops-service = O { $unit } é parado: o túnel cai por um momento e volta com o Adit.
ui-take-over-stops-tunnel = O túnel ativo é desmontado como o wg-quick faz e volta com o Adit.
ui-take-over-stays-off = O túnel está desligado e continua assim até você ligá-lo.
ui-take-over-boot = O Adit o liga quando o computador inicia. O wg-quick também continuaria a fazer isso; encerre isso depois em um terminal:
ui-take-over-fails = Se ele não ligar com o Adit, o wg-quick o liga de novo.
ui-new-name = Túnel novo
ui-create = Criar

ui-configuration = Configuração
ui-editor-view = Exibição
ui-editor-text = Texto
ui-editor-form = Formulário
ui-undo = Desfazer
ui-redo = Refazer
ui-editor-keys = Ctrl+Espaço propõe o que cabe nesse lugar; Ctrl+F busca; Ctrl+Z desfaz uma mudança.
ui-editor-failed = O editor não pôde ser carregado.
ui-hide-keys = Ocultar chaves
ui-completions = Propostas
ui-find = Buscar
ui-find-replace-with = Substituir por
ui-find-next = Próximo
ui-find-previous = Anterior
ui-find-case = Maiúsculas e minúsculas
ui-find-word = Palavras inteiras
ui-find-pattern = Expressão regular
ui-find-replace = Substituir
ui-find-replace-all = Substituir tudo
ui-find-close = Fechar a busca
ui-find-current = Resultado atual
ui-find-replaced = Substituído na linha $
ui-find-replaced-all = $ resultados substituídos
ui-find-on-line = na linha
ui-findings = Achados
ui-no-findings = Nenhum erro, nenhum aviso
ui-fix-replace = Substituir por { $text }
ui-fix-insert = Inserir { $text }
ui-fix-remove = Remover
ui-discard = Descartar mudanças
ui-load-newer = Carregar a versão mais nova
ui-review-open = Revisar e salvar
ui-review = Salvar estas mudanças?
ui-review-nothing = Nada muda de sentido: só comentários, ordem ou espaços.
ui-review-more = { $count ->
    [one] Mais uma mudança não aparece.
   *[other] Mais { $count } mudanças não aparecem.
}
ui-review-restart = Algumas mudanças só valem quando o túnel for reiniciado.
ui-review-back = Continuar editando
ui-saved = { $count ->
    [0] Salvo
    [one] Salvo; uma mudança já vale
   *[other] Salvo; { $count } mudanças já valem
}
ui-saved-restart = Salvo; reinicie o túnel para que todas as mudanças valham
ui-form-this-end = Este computador
ui-form-peer = Par { $number }
ui-form-through = O que passa por este par
ui-form-through-everything = Tudo
ui-form-through-private = Redes privadas
ui-form-through-except = Tudo menos…
ui-form-through-custom = Lista própria
ui-form-except-what = Redes que ficam fora
ui-form-own-key = Deixe vazio, e o serviço cria uma chave que nunca sai dele.
ui-form-add-peer = Adicionar um par
ui-form-remove = Remover { $peer }
ui-form-remove-peer = Remover este par
ui-form-remove-title = Remover { $peer }?
ui-form-remove-text = As chaves, o endpoint e as redes dele saem da configuração. Desfazer os traz de volta enquanto você não salvar nem descartar.
ui-psk-none = Nenhuma
ui-psk-set = Definida; o serviço a guarda
ui-psk-new = Nova: o outro lado precisa da mesma
ui-psk-make = Criar uma
ui-psk-replace = Criar outra
ui-psk-copy = Copiar
ui-psk-remove = Remover
ui-help-privatekey = A chave privada deste lado, 44 caracteres
ui-help-address = Endereços deste computador no túnel, como 10.0.0.2/32
ui-help-dns = Servidores DNS enquanto o túnel está ligado, e domínios de busca
ui-help-mtu = Maior pacote no túnel, em bytes; sem ele o Adit acha o tamanho certo
ui-help-listenport = Porta UDP deste computador; sem ela o sistema escolhe uma
ui-help-table = Tabela de roteamento para as rotas do túnel: um número, auto ou off
ui-help-fwmark = Marca nos pacotes cifrados, para regras próprias
ui-help-saveconfig = Se o que roda é salvo quando o túnel é desligado
ui-help-preup = Um comando antes de criar a interface; só roda depois de aprovado
ui-help-postup = Um comando depois que tudo está ligado; só roda depois de aprovado
ui-help-predown = Um comando antes de desfazer qualquer coisa; só roda depois de aprovado
ui-help-postdown = Um comando depois de desfazer tudo; só roda depois de aprovado
ui-help-publickey = A chave pública do outro lado, 44 caracteres
ui-help-presharedkey = Um segredo que os dois lados compartilham além das chaves, 44 caracteres
ui-help-endpoint = Onde está o outro lado: host:porta
ui-help-further-endpoints = Um Endpoint a tentar se o par não responder no anterior; outros programas o ignoram
ui-help-allowedips = Redes atrás do outro lado; 0.0.0.0/0, ::/0 é tudo
ui-help-persistentkeepalive = Segundos entre pacotes que mantêm aberto um caminho pelo NAT, como 25

ui-version = Versão { $version }
ui-version-current = Atual
ui-version-imported = Importada
ui-version-edited = Editada
ui-version-rotated = Chave trocada
ui-version-saved = Salva do que rodava
ui-version-restored = Restaurada da versão { $version }
ui-restore = Restaurar
ui-restored = A versão { $version } foi restaurada

ui-export-warning = Quem tiver esta configuração pode usar seu túnel.
ui-export-warning-text = Ela contém a chave privada. O computador pode pedir sua senha.
ui-export-copy = Copiar a configuração
ui-export-copied = Copiada; a área de transferência é esvaziada em 60 s
ui-export-qr = Mostrar como código QR
ui-export-qr-hint = Escaneie com o aplicativo WireGuard de um telefone.
ui-export-qr-hide = Ocultar
ui-export-file = Salvar como arquivo…
ui-export-saved = { $file } foi salvo
ui-export-all = Exportar todos os túneis
ui-export-all-hint = Todas as configurações com suas chaves em um arquivo zip sem criptografia.
ui-export-all-open = Exportar…
ui-export-all-warning = Quem tiver este arquivo pode usar todos os seus túneis.
ui-export-all-warning-text = Ele contém todas as chaves privadas e não é criptografado. O computador pode pedir a sua senha.
ui-export-all-save = Salvar como arquivo zip…
ui-export-all-better = Para guardar os túneis ou levá-los a outro computador, prefira um backup criptografado.

ui-backups = Backup e exportação
ui-backup = Fazer backup de todos os túneis
ui-backup-hint = Túneis, chaves e ajustes em um único arquivo criptografado.
ui-backup-open = Fazer backup…
ui-backup-text = Todos os túneis com suas chaves e ajustes vão para um único arquivo criptografado. Só a frase secreta o abre; ninguém pode substituir uma frase perdida.
ui-backup-passphrase = Frase secreta
ui-backup-repeat = A mesma outra vez
ui-backup-differs = As frases secretas são diferentes.
ui-backup-weak = Fácil de adivinhar: quem obtiver o arquivo pode testar frases curtas. Várias palavras em sequência são melhores.
ui-backup-fair = Boa. Mais uma palavra a deixa mais forte.
ui-backup-strong = Difícil de adivinhar
ui-backup-no-key = { $tunnels } pede sua chave privada, por isso ela falta no backup.
ui-backup-rotation = A chave nova de { $tunnels } só entra no backup depois de substituir a antiga.
ui-backup-save = Salvar o backup…
ui-backup-busy = Fazendo o backup. A criptografia leva um momento.
ui-backup-saved = { $file } foi gravado: { $count ->
    [one] um túnel
   *[other] { $count } túneis
}, criptografado
ui-backup-none = Não há nenhum túnel para o backup.
ui-restore-backup = Restaurar um backup
ui-restore-backup-hint = Adicionar túneis de um backup ou substituir os que diferem.
ui-restore-open = Restaurar…
ui-restore-text = O Adit mostra em que os túneis do backup diferem dos deste computador. Nada muda antes de você ter visto isso.
ui-restore-choose = Escolher um backup…
ui-restore-other = Escolher outro…
ui-restore-decrypt = Abrir
ui-restore-busy = Abrindo o backup. A descriptografia leva um momento.
ui-restore-made = Feito { $moment } por { $program }
ui-restore-new = Novo
ui-restore-same = Igual
ui-restore-different = Difere
ui-restore-refused = Não pode ser restaurado
ui-restore-want-new = Adicionar { $tunnel }
ui-restore-want-different = Substituir { $tunnel }
ui-restore-interface = Ele recebe a interface { $interface }, porque { $other } está em uso.
ui-restore-keeps = Ele mantém sua interface { $interface }; no backup é { $other }.
ui-restore-replaces = Os túneis marcados que diferem são substituídos. Suas configurações atuais ficam entre as versões anteriores.
ui-restore-nothing = Todos os túneis do backup já estão aqui e são iguais.
ui-restore-start = { $count ->
    [0] Restaurar
    [one] Restaurar um túnel
   *[other] Restaurar { $count } túneis
}
ui-restore-carrying-out = Restaurando…
ui-restore-finished = { $done ->
    [0] Nenhum túnel foi restaurado
    [one] Um túnel foi restaurado
   *[other] { $done } túneis foram restaurados
}
ui-restore-added = Adicionado
ui-restore-replaced = Substituído
ui-restore-left = Fica como está
ui-restore-not-added = Não adicionado
ui-restore-failed = Não restaurado
ui-restore-unsure = A conexão com o serviço caiu. Talvez ele tenha sido restaurado.
ui-restore-commands = Ele tem comandos, que só rodam depois que você os aprovar.
ui-restore-restart = Algumas mudanças só têm efeito quando o túnel é reiniciado.
ui-restore-remains = Passos anteriores não puderam ser desfeitos:
ui-restore-text-differs = Comentários, ordem ou espaços da configuração
ui-restore-reminder = Lembrete de chaves antigas
ui-yes = sim
ui-no = não
ui-backup-problem-unreadable = O arquivo não pode ser lido.
ui-backup-problem-too-large = O arquivo é maior do que um backup pode ser.
ui-backup-problem-not-a-backup = Este não é um backup do Adit.
ui-backup-problem-damaged = O backup está danificado: uma parte foi alterada ou falta.
ui-backup-problem-needs-identity = O backup é criptografado para um destinatário. Restaure-o em um terminal com o arquivo da chave secreta:
ui-backup-problem-wrong-passphrase = Essa não é a frase secreta deste backup.
ui-backup-problem-too-much-work = Abrir este arquivo exigiria memória e tempo demais. Ele não foi feito pelo Adit.
ui-backup-problem-newer = Uma versão mais nova do Adit fez este backup. Atualize o Adit para restaurá-lo.
ui-backup-problem-content = O conteúdo não é o de um backup.

ui-rotation-none = Trocar a chave deste túnel
ui-rotation-none-text = O serviço cria uma chave nova enquanto o túnel segue com a antiga. Você dá a nova chave pública ao outro lado, e troca quando ele responder.
ui-rotation-age = A chave atual tem pelo menos { $span }.
ui-rotation-begin = Criar uma chave nova
ui-rotation-waits = Uma chave nova espera
ui-rotation-tell = Dê isto ao outro lado:
ui-rotation-test-text = Descubra se o outro lado já a conhece.
ui-rotation-test = Testar a chave nova
ui-rotation-answered = Respondeu: { $peers }
ui-rotation-silent = Sem resposta: { $peers }
ui-rotation-not-asked = Não pôde ser perguntado: { $peers }
ui-rotation-finish-text = Troque a chave antiga.
ui-rotation-finish = Usar a chave nova
ui-rotation-anyway = Usar mesmo assim
ui-rotation-cancel = Descartar a chave nova
ui-rotation-done = O túnel tem sua chave nova
ui-key-reminder = Lembrar-me de renovar a chave
ui-key-reminder-text = O Adit avisa quando a chave é mais antiga.

ui-log-level = Nível
ui-log-error = Erro
ui-log-warn = Aviso
ui-log-info = Info
ui-log-debug = Detalhe
ui-log-tunnel = Túnel
ui-log-all-tunnels = Todos os túneis
ui-log-search = Buscar no registro
ui-log-copy = Copiar
ui-log-copied = { $count ->
    [one] Uma linha copiada
   *[other] { $count } linhas copiadas
}
ui-log-empty = Nenhuma linha corresponde.
ui-log-follow = Linhas mais novas

ui-appearance = Aparência
ui-theme = Tema
ui-theme-system = Sistema
ui-theme-light = Claro
ui-theme-dark = Escuro
ui-theme-contrast = Alto contraste
ui-theme-contrast-light = Alto contraste, claro
ui-theme-contrast-dark = Alto contraste, escuro
ui-language = Idioma
ui-language-system = Como o sistema
ui-rates = Velocidades em
ui-rates-bits = Bits
ui-rates-bytes = Bytes
ui-desktop = Bandeja e notificações
ui-show-tray = Mostrar um ícone na bandeja
ui-tray-off = Fechar a janela encerra o Adit. Os túneis ficam como estão.
ui-close-hides = Fechar a janela para a bandeja
ui-no-tray = Aqui não há bandeja: fechar a janela encerra o Adit. Os túneis ficam como estão.
ui-start-at-login = Iniciar ao entrar na sessão
ui-notify = Avisar-me quando
ui-notify-up = Um túnel é ligado
ui-notify-down = Um túnel é desligado
ui-notify-rules = Uma regra liga ou desliga um túnel, ou muda o que passa por ele
ui-notify-silent = Ninguém responde por 5 minutos
ui-notify-answers = O par responde de novo
ui-notify-blocked = Um corte de segurança bloqueia o tráfego
ui-notify-key-old = Uma chave está velha
ui-service = Serviço
ui-service-version = Versão
ui-service-protocol = Contrato
ui-service-started = Rodando desde
ui-service-role = Você pode
ui-about-title = Sobre o Adit
ui-about = O Adit é software livre sob as licenças MIT e Apache 2.0. WireGuard é marca registrada de Jason A. Donenfeld.
ui-support = Pacote de suporte
ui-support-hint = Versões, estados, configurações sem chaves e o registro, como texto para quem ajuda você.
ui-support-open = Pré-visualizar
ui-support-text = Tudo o que ajuda a encontrar a causa de um problema, como texto: versões, estados, configurações, diagnósticos e o registro. Chaves privadas e compartilhadas, comandos e comentários ficam de fora. Leia antes de entregar; o Adit não envia nada.
ui-support-hide = Ocultar endereços IP e nomes de endpoints
ui-support-copy = Copiar tudo
ui-support-copied = Pacote de suporte copiado
ui-support-file = Para gravar estes arquivos em um arquivo compactado, digite em um terminal:

ui-shortcuts = Atalhos de teclado
ui-shortcuts-text = Tudo nesta janela pode ser feito pelo teclado.
ui-shortcut-import = Importar arquivos
ui-shortcut-new = Túnel novo
ui-shortcut-edit = Editar o túnel
ui-shortcut-search = Buscar túneis
ui-shortcut-log = Registro
ui-shortcut-settings = Ajustes
ui-shortcut-move = Mover-se na lista
ui-shortcut-toggle = Ligar ou desligar o túnel
ui-shortcut-remove = Remover o túnel
ui-shortcut-back = Voltar
ui-shortcut-help = Esta página
ui-shortcuts-editor = No editor
ui-shortcut-complete = Propor o que cabe nesse lugar
ui-shortcut-find = Buscar no texto

## Captive portals
error-portal-is-open = um programa de { $by } já pode alcançar o portal cativo
    .advice = aguardar até que ele termine
    .command = encerrar com: adit portal --close
error-portal-not-shut-out = nenhum corte de segurança está fechado, então nada é aberto para o portal cativo
    .advice = pausar o túnel, se houver um ativo, e depois basta usar o navegador
event-portal-open = { $by } pode alcançar o portal cativo
event-portal-captive = esta rede pede login ({ $interface })
event-portal-none = não há portal cativo, ou ninguém sabe de um
log-portal-opened = um programa pode alcançar o portal cativo por no máximo { $span } ({ $by })
log-portal-host = o programa pode alcançar { $host }
log-portal-closed = o portal cativo está bloqueado de novo: { $why }
log-portal-not-opened = o caminho para o portal cativo não pôde ser aberto: { $error }
log-portal-not-closed = o caminho para o portal cativo não pôde ser fechado e se fecha sozinho quando o tempo acabar: { $error }
portal-end-asked = um usuário pediu
portal-end-time-over = o tempo acabou
portal-end-program-gone = o programa terminou
portal-end-network-changed = a rede mudou
portal-end-passed = a rede deixa o tráfego passar
portal-end-service-ended = o serviço terminou
portal-hint = a rede em { $interface } pede login, e a página dela está bloqueada; abrir com: adit portal
ui-portal-text = A página de login está bloqueada. Para abri-la a um navegador, digite em um terminal:
portal-opened = por no máximo { $span }, um único navegador pode alcançar a página de login; todo o resto do tráfego continua bloqueado
portal-browser = { $program } abre com um perfil próprio, que é apagado depois: faça o login ali
portal-proxy = faça o login com um navegador que use o proxy HTTP { $proxy }, em { $url }
portal-no-browser = não foi encontrado nenhum navegador que aceite um perfil e um proxy
portal-online = esta rede deixa o tráfego passar
portal-captive = esta rede pede login
portal-unknown = não se sabe se esta rede pede login: { $error }
portal-ended = a página de login está bloqueada de novo: { $why }
portal-closed = nenhum programa pode alcançar um portal cativo agora
