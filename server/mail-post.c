/* SPDX-License-Identifier: Apache-2.0 */
#include "mail-post.h"

#include "fd.h"
#include "log.h"
#include "mail-message.h"
#include "mail-text.h"
#include "secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int open_texts(const struct mail_post *post, struct text_catalogue **ret_texts)
{
	char path[STATE_PATH_MAX];
	cleanup(fd_close) int fd = -1;

	snprintf(path, sizeof(path), "%s/texts", post->datadir);
	fd = fd_open_dir(AT_FDCWD, path);
	return fd < 0 ? fd : text_open(fd, post->setup->language, ret_texts);
}

static int write_message(const struct mail_post *post, struct str *out)
{
	cleanup(text_free_p) struct text_catalogue *texts = NULL;
	cleanup(str_finish) struct str subject = {.max = MAIL_TEXT_MAX};
	cleanup(str_finish) struct str body = {.max = MAIL_TEXT_MAX};
	char id[SECRET_ID_LEN + 1];
	int r = open_texts(post, &texts);

	r = r != 0 ? r : mail_text_subject(texts, post->due, &subject);
	r = r != 0 ? r : mail_text_body(texts, post->due, &body);
	r = r != 0 ? r : secret_new_id(id);
	if (r == 0) {
		const struct mail_message message = {post->setup->from, post->setup->to, id,
			{subject.p, subject.len}, {body.p, body.len}, post->now_s};

		r = mail_message_write(&message, out);
	}
	return r;
}

int mail_post(const struct mail_post *post, enum mail_problem *ret_problem, int *ret_status)
{
	cleanup(str_finish) struct str text = {.max = MAIL_MESSAGE_MAX};
	cleanup(mail_login_wipe) struct mail_login login = {.user = ""};
	struct mail_send send = {post->setup, &login, post->ca, {NULL, 0}};
	int r = write_message(post, &text);

	if (r != 0) {
		log_error("could not write the mail: %s", strerror(abs(r)));
		return r > 0 ? -EIO : r;
	}
	r = mail_login_read(post->state, post->setup->server, &login);
	if (r != 0) {
		log_error("could not use %s: %s; caretaker-server mail-login writes it anew",
			STATE_MAIL_LOGIN, r > 0 ? "it is another relay's" : strerror(-r));
		*ret_problem = MAIL_LOGIN;
		return 0;
	}
	send.text = (struct span){text.p, text.len};
	return mail_send(&send, ret_problem, ret_status);
}
