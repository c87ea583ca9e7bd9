for i in iptables-nft ip6tables-nft; do $i -P INPUT DROP; $i -N ufw-before-input; $i -A INPUT -j ufw-before-input; $i -A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; done
