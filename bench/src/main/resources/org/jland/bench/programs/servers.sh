#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Real programs as loads. They come with the guest's image.
#
#   servers.sh prepare NAME    once a boot, not measured: sets it up and starts what has to run before
#   servers.sh run NAME        loads it once and prints a line "NAME key=value ..."
#   servers.sh stop NAME       ends it
#
# NAME is
#   nginx                      2 workers, a page of 612 bytes, 32 connections of wrk
#   httpserver                 the same of a Java server with virtual threads; CLASSES names its class path
#   pgread, pgwrite            PostgreSQL and pgbench, 8 clients, reading only or the TPC-B-like mix
#   build                      make -j4 of Lua's library and program at -O0
#   zstd                       zstd -T4 of generated text
#
# Status 1, with a message, if what was loaded made an error; 2 for a wrong command line. Everything is in memory:
# in a guest whose time is instructions, the disk's time would be the emulator's. Servers are run once before they
# are measured, and stay between runs.
set -eu

work=/dev/shm/jland-bench
seconds=${SECONDS_PER_RUN:-1}

usage() {
	sed -n '/^#   servers/s/^#   /usage: /p' "$0" >&2
	exit 2
}

fail() {
	echo "servers.sh: $*" >&2
	exit 1
}

# until_ready COMMAND...: waits until it succeeds.
until_ready() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -le 300 ] || fail "not ready: $*"
		sleep 0.1
	done
}

# end PID_FILE: ends a process and waits until it is gone.
end() {
	[ -s "$1" ] || return 0
	pid=$(head -n 1 "$1")
	kill "$pid" 2>/dev/null || :
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.1
	done
	rm -f "$1"
}

# http NAME URL: a second of wrk. A latency is printed with a unit; all are turned into microseconds.
http() {
	wrk -t1 -c32 -d"$seconds" --latency "$2" >wrk.out 2>&1 || fail "wrk: $(cat wrk.out)"
	awk -v name="$1" '
		function us(text) {
			return text ~ /us$/ ? text + 0 : text ~ /ms$/ ? text * 1e3 : text * 1e6
		}
		/^ +50%/ { p50 = us($2) }
		/^ +99%/ { p99 = us($2) }
		$1 == "Latency" && NF == 5 { max = us($4) }
		/ requests in / { done = $1 }
		/Non-2xx/ { bad += $NF }
		/Socket errors/ { gsub(",", ""); bad += $4 + $6 + $8 + $10 }
		/^Requests\/sec:/ { rate = $2 }
		END {
			printf "%s requests_per_s=%.1f p50_us=%.1f p99_us=%.1f max_us=%.1f requests=%d failed=%d\n",
				name, rate, p50, p99, max, done, bad
			exit !(done > 0 && bad == 0)
		}' wrk.out || fail "requests failed"
}

prepare_nginx() {
	mkdir -p www
	head -c 612 /dev/zero | tr '\0' x >www/index.html
	cat >nginx.conf <<-END
		worker_processes 2;
		pid $work/nginx/nginx.pid;
		error_log $work/nginx/error.log;
		events {}
		http {
			access_log off;
			server {
				listen 127.0.0.1:8080;
				root $work/nginx/www;
			}
		}
	END
	nginx -c "$work/nginx/nginx.conf"
	run_nginx >/dev/null
}

run_nginx() {
	http nginx http://127.0.0.1:8080/
}

stop_nginx() {
	end nginx.pid
}

prepare_httpserver() {
	java -Xms64m -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "${CLASSES:?names the class path}" \
		org.jland.bench.load.HttpServerLoad port >server.log 2>&1 &
	echo $! >server.pid
	until_ready test -s port
	# Compiled code answers when it is measured. Until then a request may take too long for wrk.
	(seconds=4 && run_httpserver) >/dev/null 2>&1 || :
	run_httpserver >/dev/null
}

run_httpserver() {
	http httpserver "http://127.0.0.1:$(cat port)/"
}

stop_httpserver() {
	end server.pid
}

# postgres COMMAND...: as the user that it insists on, in a login of its own.
postgres() {
	setpriv --reuid postgres --regid postgres --clear-groups env HOME="$PWD" "$@"
}

prepare_postgres() {
	bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
	ln -s "$bin" bin
	chown postgres: .
	postgres bin/initdb -D data -A trust -N --no-instructions >initdb.log
	cat >>data/postgresql.conf <<-END
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		autovacuum = off
		jit = off
		listen_addresses = ''
		unix_socket_directories = '$PWD'
		shared_buffers = 64MB
		max_wal_size = 1GB
		checkpoint_timeout = 1h
		dynamic_shared_memory_type = posix
	END
	postgres bin/pg_ctl -D data -l server.log -w start >pg_ctl.log
	postgres bin/pgbench -h "$PWD" -i -s 1 -q postgres >pgbench.log 2>&1
}

# pg NAME OPTION...: a second of pgbench. Percentiles are of all transactions, whose times it logs.
pg() {
	name=$1
	shift
	rm -f times.*
	postgres bin/pgbench -h "$PWD" -n -c 8 -j 2 -T "$seconds" -l --log-prefix=times "$@" postgres \
		>pgbench.log 2>&1 || fail "pgbench: $(cat pgbench.log)"
	cat times.* | awk '{ print $3 }' | sort -n | awk -v name="$name" '
		NR == FNR { if (/^tps/) tps = $3; if (/failed transactions:/) failed = $5; next }
		{ us[++n] = $1 }
		END {
			printf "%s transactions_per_s=%.1f p50_us=%d p99_us=%d max_us=%d transactions=%d failed=%d\n",
				name, tps, us[int(n * 0.5) + 1], us[int(n * 0.99) + 1], us[n], n, failed
			exit !(n > 0 && failed == 0)
		}' pgbench.log - || fail "transactions failed: $(cat pgbench.log)"
}

prepare_pgread() {
	prepare_postgres
	run_pgread >/dev/null
}

run_pgread() {
	pg pgread -S
}

stop_pgread() {
	[ ! -e data/postmaster.pid ] || postgres bin/pg_ctl -D data -m fast -w stop >pg_ctl.log
}

prepare_pgwrite() {
	prepare_postgres
	run_pgwrite >/dev/null
}

# The sums of the four tables have to agree: that is what every transaction keeps.
run_pgwrite() {
	pg pgwrite
	sums=$(postgres bin/psql -h "$PWD" -At -c 'select (select sum(abalance) from pgbench_accounts) =
		(select sum(bbalance) from pgbench_branches) and (select sum(tbalance) from pgbench_tellers) =
		(select sum(delta) from pgbench_history)' postgres)
	[ "$sums" = t ] || fail "the accounts do not add up"
}

stop_pgwrite() {
	stop_pgread
}

# What is built has to be there, whole, and run.
make_lua() {
	make -s -j4 -C src CC='gcc -std=gnu99' CFLAGS='-O0 -DLUA_COMPAT_5_3' a lua >make.log 2>&1 ||
		fail "make: $(tail -n 3 make.log)"
	said=$(src/lua -e 'print(string.format("%d", 6 * 7))')
	[ "$said" = 42 ] || fail "the program that was built said $said"
}

prepare_build() {
	cp -R /usr/src/jland-bench/lua/src src
	make_lua
}

# All of it would take five seconds in a guest: the library again, and the program.
run_build() {
	files=$(ls src/l*lib.o src/linit.o | wc -l)
	rm src/l*lib.o src/linit.o src/liblua.a src/lua
	begin=$(now_us)
	make_lua
	took=$(($(now_us) - begin))
	[ "$(ls src/l*lib.o src/linit.o | wc -l)" = "$files" ] || fail "make left files out"
	echo "build elapsed_us=$took files=$files"
}

now_us() {
	echo $(($(date +%s%N) / 1000))
}

stop_build() {
	:
}

# Text with the repetitions of a log; always the same.
prepare_zstd() {
	awk 'BEGIN {
		seed = 1
		for (i = 0; i < 60000; i++) {
			seed = (seed * 69069 + 12345) % 2147483648
			printf "%d host%d service%d: request %x took %d us\n", i, seed % 17, seed % 5, seed, seed % 9973
		}
	}' >part
	# Parts are further from each other than zstd looks back.
	cat part part part >text
	sha256sum <text >sum
	run_zstd >/dev/null
}

run_zstd() {
	begin=$(now_us)
	zstd -q -f -3 -T4 -B262144 text -o text.zst
	took=$(($(now_us) - begin))
	zstd -q -d -c text.zst | sha256sum | cmp -s - sum || fail "what zstd compressed does not come back"
	bytes=$(stat -c %s text)
	echo "zstd elapsed_us=$took kb_per_s=$((bytes * 1000 / took)) bytes=$bytes"
}

stop_zstd() {
	:
}

[ $# -eq 2 ] || usage
case $2 in
nginx | httpserver | pgread | pgwrite | build | zstd) ;;
*) usage ;;
esac
case $1 in
prepare)
	rm -rf "${work:?}/$2"
	mkdir -p "$work/$2"
	cd "$work/$2"
	"prepare_$2"
	;;
run)
	cd "$work/$2" || fail "prepare $2 first"
	"run_$2"
	;;
stop)
	[ -d "$work/$2" ] || exit 0
	cd "$work/$2"
	"stop_$2"
	cd /
	rm -rf "${work:?}/$2"
	;;
*) usage ;;
esac
