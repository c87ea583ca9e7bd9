// SPDX-License-Identifier: Apache-2.0
#include "supervisor.h"

#include "config.h"
#include "log.h"
#include "str.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define EXIT_USAGE 64 /* EX_USAGE, sysexits.h(3head) */

static const char usage[] =
	"usage: caretaker-supervise [--server] [--no-agent] [--no-homes | --home UID ...]\n"
	"\n"
	"Runs Caretaker's programs where there is no systemd, in the foreground, until SIGTERM.\n"
	"\n"
	"  --server    the school endpoint too\n"
	"  --no-agent  the school endpoint alone\n"
	"  --no-homes  no worker for any user\n"
	"  --home UID  a worker for this user alone; can be given more than once\n"
	"  --help      this text\n"
	"  --version   the version\n";

enum option_code { OPTION_SERVER = 1, OPTION_NO_AGENT, OPTION_NO_HOMES, OPTION_HOME };

static int add_home(const char *text, struct supervisor_options *options)
{
	uint64_t uid;

	if (span_u64(span_z(text), &uid) < 0 || uid == 0 || uid >= UINT32_MAX) {
		log_error("%s is not a user's number", text);
		return -EINVAL;
	}
	if (options->n_only_homes == HOMES_MAX) {
		log_error("more than %d users", HOMES_MAX);
		return -EINVAL;
	}
	options->only_homes[options->n_only_homes++] = (uid_t)uid;
	return 0;
}

/* -EINVAL after a line in the log; 1 when all was said and there is nothing to run */
static int parse(int argc, char *argv[], struct supervisor_options *options)
{
	static const struct option table[] = {
		{"server", no_argument, NULL, OPTION_SERVER},
		{"no-agent", no_argument, NULL, OPTION_NO_AGENT},
		{"no-homes", no_argument, NULL, OPTION_NO_HOMES},
		{"home", required_argument, NULL, OPTION_HOME},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{0},
	};
	int code, r = 0;

	while (r == 0 && (code = getopt_long(argc, argv, "h", table, NULL)) != -1) {
		switch (code) {
		case OPTION_SERVER:
			options->server = true;
			break;
		case OPTION_NO_AGENT:
			options->agent = false;
			break;
		case OPTION_NO_HOMES:
			options->homes = false;
			break;
		case OPTION_HOME:
			r = add_home(optarg, options);
			break;
		case 'h':
			(void)fputs(usage, stdout);
			return 1;
		case 'v':
			(void)puts(CARETAKER_VERSION);
			return 1;
		default:
			r = -EINVAL;
			break;
		}
	}
	if (r == 0 && optind < argc) {
		log_error("unknown argument: %s", argv[optind]);
		r = -EINVAL;
	}
	if (r == 0 && !options->agent && !options->server) {
		log_error("nothing to run: --no-agent without --server");
		r = -EINVAL;
	}
	return r;
}

int main(int argc, char *argv[])
{
	struct supervisor_options options = {.agent = true, .homes = true};
	int r;

	log_open("caretaker-supervise", false);
	r = parse(argc, argv, &options);
	if (r != 0) {
		return r < 0 ? EXIT_USAGE : EXIT_SUCCESS;
	}
	if (geteuid() != 0) {
		log_error("only root can start programs as other users");
		return EXIT_FAILURE;
	}
	(void)umask(022);
	r = supervisor_run(&options);
	if (r == SUPERVISOR_E_RUNNING) {
		log_error("it is running already");
	} else if (r < 0) {
		log_error("could not go on: %s", strerror(-r));
	}
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
