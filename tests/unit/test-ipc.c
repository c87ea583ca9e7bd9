/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc.h"
#include "ipc-packet.h"
#include "ipc-table.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define ALL_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

static int open_pair(void **state)
{
	int *pair = malloc(2 * sizeof(int));

	if (!pair || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair)) {
		free(pair);
		return -1;
	}
	*state = pair;
	return 0;
}

static int close_pair(void **state)
{
	int *pair = *state;

	fd_close(&pair[0]);
	fd_close(&pair[1]);
	free(pair);
	return 0;
}

/* Descriptors of this process: a refused packet must leave none behind. */
static size_t count_fds(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 256; fd++) {
		n += fcntl(fd, F_GETFD) >= 0;
	}
	return n;
}

static struct json_object *body_of(size_t len)
{
	struct json_object *body = json_object_new_object();
	cleanup(free_ptr) char *text = malloc(len + 1);

	assert_non_null(text);
	memset(text, 'x', len);
	text[len] = '\0';
	json_object_object_add(body, "t", json_object_new_string(text));
	return body;
}

static void each_size_arrives(void **state)
{
	static const size_t lengths[] = {
		0, 1, IPC_INLINE_MAX - 8, IPC_INLINE_MAX - 7, IPC_INLINE_MAX, IPC_MEMFD_MAX - 8};
	int *pair = *state;
	size_t before = count_fds();

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		cleanup(json_put) struct json_object *body = body_of(lengths[i]);
		cleanup(ipc_message_finish) struct ipc_message message = {0};

		assert_int_equal(ipc_send(pair[0], IPC_REPLY, body), 0);
		assert_int_equal(ipc_receive(pair[1], &message), 0);
		assert_int_equal(message.type, IPC_REPLY);
		assert_true(json_equal(message.body, body));
	}
	assert_int_equal(count_fds(), before);
}

static void what_is_too_large_is_not_sent(void **state)
{
	cleanup(json_put) struct json_object *body = body_of(IPC_MEMFD_MAX - 7);
	cleanup(json_put) struct json_object *list = json_object_new_array();
	struct ipc_message message;
	int *pair = *state;

	assert_int_equal(ipc_send(pair[0], IPC_REPLY, body), -EMSGSIZE);
	assert_int_equal(ipc_send(pair[0], IPC_REPLY, list), -EINVAL);
	assert_int_equal(ipc_send(pair[0], IPC_REPLY, NULL), -EINVAL);
	assert_int_equal(ipc_receive(pair[1], &message), IPC_E_AGAIN);
}

/* What any user may send is bounded far below what processes of the agent tell each other. */
static void a_request_is_small(void **state)
{
	cleanup(json_put) struct json_object *fits = body_of(8 * 1024 - 8);
	cleanup(json_put) struct json_object *large = body_of(8 * 1024 - 7);
	cleanup(ipc_message_finish) struct ipc_message message = {0};
	struct ipc_header header = {1, 0, IPC_REQUEST, 8 * 1024 + 1};
	cleanup(free_ptr) char *packet = malloc(sizeof(header) + header.length);
	int *pair = *state;

	assert_int_equal(ipc_send(pair[0], IPC_REQUEST, fits), 0);
	assert_int_equal(ipc_receive(pair[1], &message), 0);
	assert_int_equal(ipc_send(pair[0], IPC_REQUEST, large), -EMSGSIZE);
	/* A peer that keeps no bound */
	assert_non_null(packet);
	memset(packet, ' ', sizeof(header) + header.length);
	memcpy(packet, &header, sizeof(header));
	memcpy(packet + sizeof(header), "{}", 2);
	assert_int_equal(send(pair[0], packet, sizeof(header) + header.length, 0),
		(ssize_t)(sizeof(header) + header.length));
	assert_int_equal(ipc_receive(pair[1], &(struct ipc_message){0}), IPC_E_PROTOCOL);
}

static void a_full_socket_says_again(void **state)
{
	cleanup(json_put) struct json_object *body = body_of(4096);
	int *pair = *state, r = 0;

	for (int i = 0; i < 10000 && r == 0; i++) {
		r = ipc_send(pair[0], IPC_REPLY, body);
	}
	assert_int_equal(r, IPC_E_AGAIN);
}

static void a_closed_peer_is_told(void **state)
{
	cleanup(json_put) struct json_object *body = json_object_new_object();
	struct ipc_message message;
	int *pair = *state;

	close(TAKE_FD(pair[0]));
	assert_int_equal(ipc_receive(pair[1], &message), IPC_E_CLOSED);
	assert_int_equal(ipc_send(pair[1], IPC_REPLY, body), IPC_E_CLOSED);
}

static void hostile_packets_are_refused(void **state)
{
	static const struct {
		struct ipc_header header;
		const char *body;
	} rows[] = {
		{{2, 0, IPC_REQUEST, 2}, "{}"},		  /* version */
		{{1, 2, IPC_REQUEST, 2}, "{}"},		  /* unknown flag */
		{{1, 0, 99, 2}, "{}"},			  /* unknown type */
		{{1, 0, 0, 2}, "{}"},			  /* no type */
		{{1, 0, IPC_REQUEST, 3}, "{}"},		  /* torn */
		{{1, 0, IPC_REQUEST, 2}, "{} "},	  /* left-over byte */
		{{1, 0, IPC_REQUEST, 2}, "[]"},		  /* no object */
		{{1, 0, IPC_REQUEST, 4}, "null"},	  /* no object */
		{{1, 0, IPC_REQUEST, 0}, ""},		  /* nothing */
		{{1, 0, IPC_REQUEST, 2}, "{a"},		  /* no JSON */
		{{1, IPC_MEMFD, IPC_REQUEST, 2}, "{}"},	  /* flag with bytes */
		{{1, IPC_MEMFD, IPC_REQUEST, 70000}, ""}, /* flag without fd */
		{{1, IPC_MEMFD, IPC_REQUEST, 2}, ""},	  /* too small for a memfd */
		{{1, IPC_MEMFD, IPC_REQUEST, UINT32_MAX}, ""},
	};
	int *pair = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ipc_message message = {0};
		char packet[64];
		size_t len = strlen(rows[i].body);

		memcpy(packet, &rows[i].header, sizeof(rows[i].header));
		memcpy(packet + sizeof(rows[i].header), rows[i].body, len);
		len += sizeof(rows[i].header);
		assert_int_equal(send(pair[0], packet, len, 0), len);
		assert_int_equal(ipc_receive(pair[1], &message), IPC_E_PROTOCOL);
		assert_null(message.body);
	}
	assert_int_equal(send(pair[0], "abc", 3, 0), 3);
	assert_int_equal(ipc_receive(pair[1], &(struct ipc_message){0}), IPC_E_PROTOCOL);
}

static void an_oversized_packet_is_refused(void **state)
{
	size_t len = IPC_INLINE_MAX + 100;
	cleanup(free_ptr) char *packet = calloc(1, len);
	struct ipc_header header = {1, 0, IPC_REPLY, (uint32_t)(len - 8)};
	int *pair = *state;

	assert_non_null(packet);
	memset(packet, ' ', len);
	memcpy(packet, &header, sizeof(header));
	memcpy(packet + sizeof(header), "{}", 2);
	assert_int_equal(send(pair[0], packet, len, 0), len);
	assert_int_equal(ipc_receive(pair[1], &(struct ipc_message){0}), IPC_E_PROTOCOL);
}

/* One packet of this header with n copies of an fd */
static void send_fds(int to, struct ipc_header header, int fd, size_t n)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int) * 16)];
	} control = {0};
	char bytes[10];
	struct iovec part = {bytes, sizeof(header)};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = CMSG_SPACE(sizeof(int) * n)};
	struct cmsghdr *h = CMSG_FIRSTHDR(&message);

	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), "{}", 2);
	part.iov_len += header.flags & IPC_MEMFD ? 0 : 2;
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int) * n);
	for (size_t i = 0; i < n; i++) {
		memcpy(CMSG_DATA(h) + i * sizeof(int), &fd, sizeof(int));
	}
	assert_int_equal(sendmsg(to, &message, 0), (ssize_t)part.iov_len);
}

static int make_memfd(size_t len, unsigned seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	cleanup(free_ptr) char *text = malloc(len);

	assert_true(fd >= 0);
	assert_non_null(text);
	memset(text, ' ', len);
	memcpy(text, "{}", 2);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static void a_memfd_must_be_sealed_and_exact(void **state)
{
	const uint32_t len = 70000;
	static const struct {
		unsigned seals;
		int32_t more;
		size_t copies;
		int outcome;
	} rows[] = {
		{ALL_SEALS, 0, 1, 0},
		{F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 0, 1, IPC_E_PROTOCOL},
		{F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL, 0, 1, IPC_E_PROTOCOL},
		{F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL, 0, 1, IPC_E_PROTOCOL},
		{F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE, 0, 1, IPC_E_PROTOCOL},
		{0, 0, 1, IPC_E_PROTOCOL}, {ALL_SEALS, 1, 1, IPC_E_PROTOCOL},
		{ALL_SEALS, -1, 1, IPC_E_PROTOCOL}, {ALL_SEALS, 0, 2, IPC_E_PROTOCOL},
		{ALL_SEALS, 0, 16, IPC_E_PROTOCOL}, /* more than the receiver has room for */
	};
	int *pair = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cleanup(ipc_message_finish) struct ipc_message message = {0};
		int fd = make_memfd(len, rows[i].seals);
		size_t before;

		send_fds(pair[0],
			(struct ipc_header){
				1, IPC_MEMFD, IPC_REPLY, (uint32_t)(len + rows[i].more)},
			fd, rows[i].copies);
		close(fd);
		before = count_fds();
		assert_int_equal(ipc_receive(pair[1], &message), rows[i].outcome);
		assert_int_equal(count_fds(), before);
	}
}

/* With room for one fd more, the kernel drops the second: half a message is none. */
static void a_full_table_of_fds_refuses(void **state)
{
	const uint32_t len = 70000;
	int *pair = *state, fd = make_memfd(len, ALL_SEALS), lowest;
	struct rlimit saved, tight;

	send_fds(pair[0], (struct ipc_header){1, IPC_MEMFD, IPC_REPLY, len}, fd, 2);
	lowest = dup(fd);
	assert_true(lowest > fd);
	close(lowest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &saved), 0);
	tight = (struct rlimit){(rlim_t)lowest + 1, saved.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	assert_int_equal(ipc_receive(pair[1], &(struct ipc_message){0}), IPC_E_PROTOCOL);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &saved), 0);
	assert_int_equal(fcntl(lowest, F_GETFD), -1);
	close(fd);
}

static void an_fd_that_was_not_asked_for_is_closed(void **state)
{
	int *pair = *state, zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct ipc_message message;
	size_t before;

	assert_true(zero >= 0);
	before = count_fds();
	send_fds(pair[0], (struct ipc_header){1, 0, IPC_REQUEST, 2}, zero, 1);
	assert_int_equal(ipc_receive(pair[1], &message), IPC_E_PROTOCOL);
	send_fds(pair[0], (struct ipc_header){1, IPC_MEMFD, IPC_REQUEST, 70000}, zero, 1);
	assert_int_equal(ipc_receive(pair[1], &message), IPC_E_PROTOCOL);
	assert_int_equal(count_fds(), before);
	close(zero);
}

static void the_peer_is_known(void **state)
{
	int *pair = *state;
	struct ipc_peer peer;
	bool member;

	assert_int_equal(ipc_peer_read(pair[0], &peer), 0);
	assert_int_equal(peer.pid, getpid());
	assert_int_equal(peer.uid, getuid());
	assert_int_equal(ipc_peer_in_group(pair[0], getgid(), &member), 0);
	assert_true(member);
	assert_int_equal(ipc_peer_in_group(pair[0], 4242424, &member), 0);
	assert_false(member);
}

static void the_table_names_both_ends(void **state)
{
	(void)state;
	assert_true(ipc_allowed(IPC_CLI, IPC_CORE, IPC_REQUEST));
	assert_false(ipc_allowed(IPC_CORE, IPC_CLI, IPC_REQUEST));
	assert_false(ipc_allowed(IPC_HOME, IPC_CORE, IPC_REQUEST));
	assert_false(ipc_allowed(IPC_CLI, IPC_HAND, IPC_HAND_WRITE));
	assert_true(ipc_allowed(IPC_CORE, IPC_HAND, IPC_HAND_WRITE));
	assert_false(ipc_allowed(IPC_HOME, IPC_HAND, IPC_HAND_WRITE));
	assert_false(ipc_allowed(IPC_CLI, IPC_CORE, IPC_HOME_STATE));
}

static void listen_replaces_only_a_dead_socket(void **state)
{
	char dir[] = "/tmp/test-ipc-XXXXXX", path[64];
	cleanup(fd_close) int first = -1;
	struct stat st;
	int second, client;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	first = ipc_listen(path, 0640);
	assert_true(first >= 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_true(fcntl(first, F_GETFD) & FD_CLOEXEC);
	client = ipc_connect(path);
	assert_true(client >= 0);
	close(client);
	assert_int_equal(ipc_listen(path, 0640), -EADDRINUSE);
	close(TAKE_FD(first));
	assert_int_equal(ipc_connect(path), -ECONNREFUSED);
	second = ipc_listen(path, 0666);
	assert_true(second >= 0);
	close(second);
	assert_int_equal(unlink(path), 0);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	assert_int_equal(ipc_listen(path, 0666), -EEXIST);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_size_arrives, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(
			what_is_too_large_is_not_sent, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(a_request_is_small, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(a_full_socket_says_again, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(a_closed_peer_is_told, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(hostile_packets_are_refused, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(
			an_oversized_packet_is_refused, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(
			a_memfd_must_be_sealed_and_exact, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(a_full_table_of_fds_refuses, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(
			an_fd_that_was_not_asked_for_is_closed, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(the_peer_is_known, open_pair, close_pair),
		cmocka_unit_test(the_table_names_both_ends),
		cmocka_unit_test(listen_replaces_only_a_dead_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
