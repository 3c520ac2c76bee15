# SPDX-License-Identifier: Apache-2.0
#
# Which tools a build and a guest need, and how this machine gets them. Sourced by ./jland.
# Nothing here touches a machine that has everything.
# shellcheck disable=SC2154 # root, cache and min_java are ./jland's

# What a command needs: names of check functions below.
checks=check_build_tools
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg
jdk_package=openjdk-$min_java-jdk-headless

run_checks() {
	packages=
	reasons=
	for check in $checks; do
		$check
	done
}

has() {
	command -v "$1" >/dev/null 2>&1
}

# want PACKAGES WHY: a tool is missing.
want() {
	packages="$packages $1"
	reasons="$reasons${reasons:+, }$2"
}

check_build_tools() {
	find_java javac >/dev/null || want "$jdk_package" "a JDK >= $min_java"
	has mvn || want maven "Maven"
	sh "$root/bpf/build.sh" which clang >/dev/null 2>&1 ||
		want "clang-$(clang_version) llvm-$(clang_version)" "clang >= 16 for the BPF backend"
	[ -r /usr/include/bpf/bpf_helpers.h ] || want libbpf-dev "libbpf's headers"
}

check_style_tools() {
	sh "$root/bpf/build.sh" which clang-format >/dev/null 2>&1 ||
		want "clang-format-$(clang_version)" "clang-format for the style gate"
}

# For the schema that the trace's field numbers are checked with.
check_schema_tools() {
	python3 -m pip --version >/dev/null 2>&1 || want python3-pip "pip for Perfetto's schema"
}

check_guest_tools() {
	has mmdebstrap || want mmdebstrap "mmdebstrap for QEMU and the guest's image"
	[ -r "$debian_keyring" ] || want debian-archive-keyring "the keys of Debian's packages, which guests are made of"
	has mke2fs || want e2fsprogs "mke2fs for the guest's drives"
}

# Prints the first clang >= 18: what the crates' build asks for.
peer_clang() {
	for clang in clang $(seq -f clang-%g 18 40); do
		if has "$clang" && [ "$($clang -dumpversion | cut -d. -f1)" -ge 18 ]; then
			echo "$clang"
			return
		fi
	done
}

# What crates of other schedulers are built with, beside cargo itself.
check_peer_tools() {
	[ -n "$(peer_clang)" ] || want "clang-$(clang_version 18)" "clang >= 18 for the peers"
	has pkg-config || want pkg-config "pkg-config for the peers"
	for header in libelf.h:libelf-dev zlib.h:zlib1g-dev seccomp.h:libseccomp-dev; do
		[ -r "/usr/include/${header%:*}" ] || want "${header#*:}" "${header%:*} for the peers"
	done
}

# Where apt serves none, the tests of the pages fail and say what to do.
check_browser() {
	[ -z "${JLAND_BROWSER:-}" ] || return 0
	for browser in chromium chromium-browser google-chrome google-chrome-stable; do
		! has $browser || return 0
	done
	if ! have_package_lists || apt-cache show chromium >/dev/null 2>&1; then
		want chromium "Chromium to check the pages of jland bench"
	fi
}

# clang_version [LEAST]: the lowest clang >= LEAST (16) that apt serves: the nearest to the one that the backend is
# tested with.
clang_version() {
	apt-cache pkgnames clang- 2>/dev/null | sed -n 's/^clang-\([0-9]*\)$/\1/p' | sort -n |
		awk -v least="${1:-16}" '$1 >= least { print; found = 1; exit } END { if (!found) print least }'
}

# Installs what the checks ask for, or says what to type.
install_missing() {
	run_checks
	[ -n "$packages" ] || return 0
	has apt-get || die "missing: $reasons. This machine has no apt-get: install them by hand."
	if [ "$(id -u)" -ne 0 ]; then
		die "missing: $reasons. As root, type: $(typed)" \
			"(or set JAVA_HOME, where a JDK is what your distribution lacks)"
	fi
	mkdir -p "$root/target"
	setup_log=$root/target/setup.log
	: >"$setup_log"
	if ! have_package_lists; then
		echo "jland: fetching apt's package lists ..." >&2
		apt_update || setup_failed "apt-get update"
		run_checks # which knows the names of the packages only now
	fi
	unpack=no
	if ! find_java javac >/dev/null && ! apt-cache show "$jdk_package" >/dev/null 2>&1; then
		packages="$(echo "$packages" | sed "s/ $jdk_package//") mmdebstrap debian-archive-keyring patchelf"
		unpack=yes
	fi
	echo "jland: installing$packages ($reasons) ..." >&2
	# The package lists may be older than what the mirror still has.
	apt_install || { apt_update && apt_install; } || setup_failed "apt-get install$packages"
	if [ $unpack = yes ]; then
		unpack_trixie_jdk
	fi
}

have_package_lists() {
	[ -n "$(find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | head -n 1)" ]
}

# What a person types instead.
typed() {
	if ! have_package_lists; then
		echo "apt-get update, then this command again"
		return
	fi
	if ! apt-cache show "$jdk_package" >/dev/null 2>&1; then
		packages=$(echo "$packages" | sed "s/ $jdk_package//")
		[ -n "$packages" ] || echo "this command again, which unpacks a JDK"
	fi
	[ -z "$packages" ] || echo "apt-get install -y --no-install-recommends$packages"
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null >>"$setup_log" 2>&1
}

apt_install() {
	# shellcheck disable=SC2086 # one word each
	apt -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $packages
}

# A machine that was just booted may be fetching the lists itself: no option waits for that lock.
apt_update() {
	for pause in 5 15 40; do
		apt update && return
		grep -q 'Could not get lock' "$setup_log" || return 1
		sleep $pause
	done
	apt update
}

setup_failed() {
	tail -n 15 "$setup_log" >&2
	die "could not set this machine up (above: the end of $setup_log). Failed: $*"
}

# For a distribution without a new JDK: one out of Debian trixie, unpacked in the cache with the C library that
# it was linked against, and pointed at that. It runs like any other.
unpack_trixie_jdk() {
	mkdir -p "$cache"
	exec 8>"$cache/trixie-jdk.lock"
	flock 8
	if find_java javac >/dev/null; then
		exec 8>&-
		return # another one has just done it
	fi
	echo "jland: no JDK >= $min_java in this distribution, unpacking Debian trixie's in $cache ..." >&2
	# shellcheck disable=SC2016 # apt's own variables
	mirror=${JLAND_MIRROR:-$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL) $(COMPONENT)' \
		'Created-By: Packages' | awk '/ Debian Debian main$/ || $1 ~ /\/debian\/?$/ { print $1; exit }')}
	[ -n "$mirror" ] || die "apt has no Debian mirror; set JLAND_MIRROR to the address of one, or JAVA_HOME to a JDK"
	# Built under its final name, because that stands in the programs; complete only once moved to jvm/.
	tree=$cache/trixie-jdk
	rm -rf "$tree" "$cache/jvm"
	mmdebstrap --variant=extract --keyring="$debian_keyring" --include="$jdk_package" trixie "$tree" "$mirror" \
		>>"$setup_log" 2>&1 || setup_failed "mmdebstrap trixie"
	jdk=$(echo "$tree"/usr/lib/jvm/java-"$min_java"-openjdk-*)
	lib=$(dirname "$(find "$tree/usr/lib" -name libc.so.6)")
	loader=$(echo "$lib"/ld-linux*)
	for program in "$jdk"/bin/* "$jdk/lib/jspawnhelper"; do
		patchelf --set-interpreter "$loader" --force-rpath --set-rpath "\$ORIGIN/../lib:\$ORIGIN:$lib" \
			"$program" >>"$setup_log" 2>&1 || setup_failed "patchelf $program"
	done
	# Its configuration is linked as /etc/java-NN-openjdk, which is not on this machine.
	find "$jdk" -type l | while IFS= read -r link; do
		target=$tree$(readlink "$link")
		if [ -f "$target" ]; then
			cp --remove-destination "$target" "$link"
		fi
	done
	"$jdk/bin/java" -version >>"$setup_log" 2>&1 || setup_failed "$jdk/bin/java -version"
	mkdir -p "$cache/jvm"
	mv "$jdk" "$cache/jvm/"
	exec 8>&-
}
