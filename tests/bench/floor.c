/* SPDX-License-Identifier: Apache-2.0 */
/* The least that an idle C process with an event loop and json-c costs: it parses one object and
 * sleeps in epoll until it is killed. What caretakerd costs more than this is its own. */
#include <json-c/json.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

int main(void)
{
	struct json_object *object = json_tokener_parse("{\"format\":1}");
	struct epoll_event event = {.events = EPOLLIN};
	sigset_t set;
	int epoll = epoll_create1(EPOLL_CLOEXEC), terminate;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (epoll < 0 || object == NULL || sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
		return 1;
	}
	terminate = signalfd(-1, &set, SFD_CLOEXEC);
	if (terminate < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, terminate, &event) != 0) {
		return 1;
	}
	json_object_put(object);
	(void)malloc_trim(0);
	(void)epoll_wait(epoll, &event, 1, -1);
	return 0;
}
