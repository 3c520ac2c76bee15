# SPDX-License-Identifier: Apache-2.0
#
# Finds a Java runtime and starts a main class with it. Sourced by bin/* and by the source tree's ./jland.
# JLAND_JVM_DIRS lists other directories of JVMs than /usr/lib/jvm.

min_java=25

# What launch has on the module path; all of lib/ if nothing is named.
modules=

# java_major HOME: the feature version of the runtime there, from its release file or its own word; 0 if it has none.
java_major() {
	version=
	if [ -r "$1/release" ]; then
		version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
	fi
	if [ -z "$version" ]; then
		version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
	fi
	echo "${version:-0}"
}

# Every home that may hold a runtime, one a line, best first: JAVA_HOME, the PATH's, then those installed.
java_homes() {
	if [ -n "${JAVA_HOME:-}" ]; then
		echo "$JAVA_HOME"
	fi
	if java=$(command -v java); then
		java=$(readlink -f -- "$java")
		echo "${java%/bin/java}"
	fi
	echo "${JLAND_JVM_DIRS-/usr/lib/jvm}" | tr ':' '\n' | while IFS= read -r dir; do
		for found in "${dir:-/nonexistent}"/*; do
			if [ -d "$found" ] && [ ! -L "$found" ]; then
				echo "$found"
			fi
		done
	done
}

# find_java PROGRAM: prints the first home that has bin/PROGRAM and is new enough; fails if there is none.
find_java() {
	java_homes | while IFS= read -r candidate; do
		if [ -x "$candidate/bin/$1" ] && [ "$(java_major "$candidate")" -ge $min_java ]; then
			echo "$candidate"
			break
		fi
	done | grep .
}

# launch ARGFILE MODULE/CLASS [ARGUMENT...]: with the modules that $modules names, or all of lib/. The JVM
# reads the list of files of each archive on its path before it starts: half a second for all of lib/.
launch() {
	path=
	for module in $modules; do
		for jar in "$home/lib/$module"-[0-9]*.jar; do
			path=${path:+$path:}$jar
		done
	done
	if ! found=$(find_java java); then
		older=$(java_homes | head -n 1)
		if [ -n "$older" ]; then
			seen="found only Java $(java_major "$older") in $older"
		else
			seen="found none"
		fi
		echo "${0##*/}: needs Java $min_java or newer, $seen." \
			"Type: apt-get install openjdk-$min_java-jre-headless, or set JAVA_HOME to a newer one." >&2
		exit 1
	fi
	options=$1
	main=$2
	shift 2
	exec "$found/bin/java" "$options" -p "${path:-$home/lib}" -m "$main" "$@"
}

# hurry: for a scheduler. Until it is attached the kernel's own gives it time, and a busy machine has
# little: a start beside 40 busy tasks took minutes. A session of its own, as setsid makes it, is a group
# with a share of its own (sched(7), autogroup). Without the right or the tool it takes its share.
hurry() {
	renice -n -10 -p $$ >/dev/null 2>&1 || :
	read -r _ _ _ _ _ session _ 2>/dev/null </proc/$$/stat || session=
	if [ "$session" = $$ ]; then
		echo -10 2>/dev/null >/proc/$$/autogroup || :
	fi
}
