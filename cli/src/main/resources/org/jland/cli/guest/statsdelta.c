// SPDX-License-Identifier: Apache-2.0
/*
 * statsdelta SOCKET COMMAND [ARGUMENT...]: runs COMMAND and prints what a
 * scheduler's counters grew by meanwhile, asked over the scx_stats protocol:
 * a line "before JSON" first, which sets the connection's baseline, and a line
 * "after JSON" when COMMAND has ended. The status is COMMAND's.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char request[] = "{\"req\":\"stats\",\"args\":{\"target\":\"top\"}}\n";

static void die(const char *what)
{
	perror(what);
	exit(125);
}

static FILE *server(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	FILE *stream;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		fprintf(stderr, "statsdelta: path too long: %s\n", path);
		exit(125);
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		die(path);
	stream = fdopen(fd, "r");
	if (!stream)
		die(path);
	return stream;
}

static void ask(FILE *stream, const char *label)
{
	char *line = NULL;
	size_t size = 0;

	if (send(fileno(stream), request, strlen(request), MSG_NOSIGNAL) !=
		    (ssize_t)strlen(request) ||
	    getline(&line, &size, stream) < 0) {
		fprintf(stderr, "statsdelta: the scheduler does not answer\n");
		exit(125);
	}
	printf("%s %s", label, line);
	fflush(stdout);
	free(line);
}

int main(int argc, char **argv)
{
	FILE *stream;
	int status;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: statsdelta SOCKET COMMAND [ARGUMENT...]\n");
		return 2;
	}
	stream = server(argv[1]);
	ask(stream, "before");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		die(argv[2]);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	ask(stream, "after");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
