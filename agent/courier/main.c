/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker-courier: posts what lies in the outbox, in order, lays the answers into the inbox, and
 * exits. It has the network and nothing else: no root, no key, no state.
 */
#include "log.h"
#include "outbox.h"
#include "transport.h"
#include "config.h"

#include <curl/curl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* sysexits(3) where one fits; the unit counts EXIT_UNDELIVERED as a success. */
enum exit_code {
	EXIT_DELIVERED = 0,
	EXIT_BROKEN = 1,
	EXIT_USAGE = 64,
	EXIT_UNDELIVERED = 75, /* the server was not there, or said no; the core tries again */
	EXIT_PRIVILEGE = 77,
};

struct arguments {
	const char *spool;
	struct transport_limits limits;
	bool debug;
};

static const char *const paths[SPOOL_KIND_COUNT] = {
	[SPOOL_ENROL] = "/api/v1/enrol",
	[SPOOL_REPORT] = "/api/v1/reports",
	[SPOOL_LEAVE] = "/api/v1/leave",
};

static int parse_seconds(const char *text, long *ret_seconds)
{
	uint64_t n;

	if (span_u64(span_z(text), &n) != 0 || n == 0 || n > 3600) {
		return -EINVAL;
	}
	*ret_seconds = (long)n;
	return 0;
}

static int parse_arguments(int argc, char **argv, struct arguments *ret_arguments)
{
	static const struct option options[] = {
		{"connect-timeout", required_argument, NULL, 'c'},
		{"debug", no_argument, NULL, 'd'},
		{"help", no_argument, NULL, 'h'},
		{"spool", required_argument, NULL, 's'},
		{"timeout", required_argument, NULL, 't'},
		{0},
	};
	struct arguments *a = ret_arguments;
	int c;

	*a = (struct arguments){.spool = CARETAKER_SPOOLDIR};
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 's') {
			a->spool = optarg;
		} else if (c == 'd') {
			a->debug = true;
		} else if (c == 'h') {
			return 1;
		} else if (c == 't' && parse_seconds(optarg, &a->limits.total_s) == 0) {
			continue;
		} else if (c == 'c' && parse_seconds(optarg, &a->limits.connect_s) == 0) {
			continue;
		} else {
			return -EINVAL;
		}
	}
	return optind == argc ? 0 : -EINVAL;
}

static bool privileges_right(void)
{
	if (getuid() == 0 || geteuid() == 0) {
		log_error("could not start: refuses to run as root");
		return false;
	}
	if (prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) != 1) {
		log_error("could not start: NoNewPrivileges is not set");
		return false;
	}
	return true;
}

/* 0 and whether the server took it */
static int deliver(const struct outbox *outbox, struct transport *transport,
	const struct outbox_item *item, bool *ret_taken)
{
	cleanup(spool_reply_finish) struct spool_reply reply = {0};
	cleanup(free_ptr) char *bytes = NULL;
	size_t len;
	int r;

	r = outbox_read(outbox, item, &bytes, &len);
	if (r == FD_E_MISSING) { /* the core took it back meanwhile */
		*ret_taken = true;
		return 0;
	}
	if (r != 0) {
		return r < 0 ? r : -EBADMSG;
	}
	r = transport_post(transport, paths[item->kind], (struct span){bytes, len}, &reply);
	if (r != 0) {
		return r;
	}
	if (reply.error != SPOOL_ERROR_NONE) {
		log_info("item %lld not delivered: %s", (long long)item->number,
			spool_error_word(reply.error));
	} else {
		log_debug(
			"item %lld: status %lld", (long long)item->number, (long long)reply.status);
	}
	r = outbox_answer(outbox, item, &reply);
	if (r == 0) {
		*ret_taken = reply.status >= 200 && reply.status <= 299;
	}
	return r;
}

static int deliver_all(const struct outbox *outbox, struct transport *transport)
{
	cleanup(free_ptr) struct outbox_items *items = calloc(1, sizeof(*items));
	int r;

	if (!items) {
		return -ENOMEM;
	}
	r = outbox_list(outbox, items);
	for (size_t i = 0; r == 0 && i < items->len; i++) {
		bool taken = false;

		r = deliver(outbox, transport, &items->items[i], &taken);
		if (r == 0 && !taken) {
			return EXIT_UNDELIVERED;
		}
	}
	return r;
}

static int run(const struct arguments *arguments)
{
	cleanup(transport_free_p) struct transport *transport = NULL;
	cleanup(outbox_finish) struct outbox outbox = OUTBOX_NONE;
	struct spool_endpoint endpoint;
	struct json_error error = {{0}, NULL};
	int r;

	r = outbox_open(arguments->spool, &outbox);
	if (r != 0) {
		log_error("could not open the spool: %s", strerror(-r));
		return EXIT_BROKEN;
	}
	r = outbox_read_endpoint(&outbox, &endpoint, &error);
	if (r == FD_E_MISSING) {
		return EXIT_DELIVERED; /* not enrolled: nothing to send, nowhere to send it */
	}
	if (r != 0) {
		log_error("could not read %s: %s %s", SPOOL_ENDPOINT, error.where,
			error.what ? error.what : "cannot be read");
		return EXIT_BROKEN;
	}
	r = transport_new(&endpoint, &arguments->limits, &transport);
	if (r == 0) {
		r = deliver_all(&outbox, transport);
	}
	if (r < 0) {
		log_error("could not empty the outbox: %s", strerror(-r));
		return EXIT_BROKEN;
	}
	return r;
}

int main(int argc, char **argv)
{
	const struct rlimit no_core = {0, 0};
	struct arguments arguments;
	int r;

	r = parse_arguments(argc, argv, &arguments);
	log_open("caretaker-courier", arguments.debug);
	if (r != 0) {
		(void)fprintf(r > 0 ? stdout : stderr,
			"usage: caretaker-courier [--spool DIR] [--connect-timeout SECONDS]"
			" [--timeout SECONDS] [--debug]\n");
		return r > 0 ? 0 : EXIT_USAGE;
	}
	if (!privileges_right()) {
		return EXIT_PRIVILEGE;
	}
	/* libcurl would read a proxy, a key log file and a CA path from there */
	if (clearenv() != 0 || setrlimit(RLIMIT_CORE, &no_core) != 0 ||
		curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		log_error("could not start: out of memory");
		return EXIT_BROKEN;
	}
	r = run(&arguments);
	curl_global_cleanup();
	return r;
}
