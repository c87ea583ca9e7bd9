for i in iptables-nft ip6tables-nft; do $i -P INPUT DROP; $i -A INPUT -i lo -j ACCEPT; $i -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT; $i -A INPUT -j NFQUEUE --queue-num 1; done
