for i in iptables-nft ip6tables-nft; do $i -P INPUT DROP; $i -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; done
