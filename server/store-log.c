/* SPDX-License-Identifier: Apache-2.0 */
#include "store-log.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

struct log_file {
	sqlite3_file file; /* first: SQLite knows this alone */
	sqlite3_file *real;
	char *bytes; /* from the first write on */
	sqlite3_int64 at;
	size_t len;
};

/* The system's own, and the same with the log's files wrapped */
static sqlite3_vfs *base;
static sqlite3_vfs wrapped;
static int registered;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static struct log_file *self(sqlite3_file *file)
{
	return (struct log_file *)file;
}

/* What cannot be written is let go: SQLite takes no commit as made whose sync failed. */
static int flush(struct log_file *log)
{
	size_t len = log->len;

	log->len = 0;
	return len == 0 ? SQLITE_OK
			: log->real->pMethods->xWrite(log->real, log->bytes, (int)len, log->at);
}

static int log_close(sqlite3_file *file)
{
	struct log_file *log = self(file);
	int r = flush(log), closed = log->real->pMethods->xClose(log->real);

	free(log->bytes);
	log->bytes = NULL;
	return r != SQLITE_OK ? r : closed;
}

static int log_read(sqlite3_file *file, void *bytes, int n, sqlite3_int64 at)
{
	struct log_file *log = self(file);
	int r = flush(log);

	return r != SQLITE_OK ? r : log->real->pMethods->xRead(log->real, bytes, n, at);
}

static int log_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	struct log_file *log = self(file);
	bool follows = log->len > 0 && at == log->at + (sqlite3_int64)log->len;

	if (!follows || log->len + (size_t)n > STORE_LOG_BUFFER) {
		int r = flush(log);

		if (r != SQLITE_OK) {
			return r;
		}
		log->at = at;
	}
	if (!log->bytes) {
		log->bytes = malloc(STORE_LOG_BUFFER);
	}
	if (!log->bytes || (size_t)n > STORE_LOG_BUFFER) {
		return log->real->pMethods->xWrite(log->real, bytes, n, at);
	}
	memcpy(log->bytes + log->len, bytes, (size_t)n);
	log->len += (size_t)n;
	return SQLITE_OK;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct log_file *log = self(file);
	int r = flush(log);

	return r != SQLITE_OK ? r : log->real->pMethods->xTruncate(log->real, size);
}

static int log_sync(sqlite3_file *file, int flags)
{
	struct log_file *log = self(file);
	int r = flush(log);

	return r != SQLITE_OK ? r : log->real->pMethods->xSync(log->real, flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
	struct log_file *log = self(file);
	int r = flush(log);

	return r != SQLITE_OK ? r : log->real->pMethods->xFileSize(log->real, ret_size);
}

static int log_lock(sqlite3_file *file, int lock)
{
	return self(file)->real->pMethods->xLock(self(file)->real, lock);
}

static int log_unlock(sqlite3_file *file, int lock)
{
	return self(file)->real->pMethods->xUnlock(self(file)->real, lock);
}

static int log_check_lock(sqlite3_file *file, int *ret_reserved)
{
	return self(file)->real->pMethods->xCheckReservedLock(self(file)->real, ret_reserved);
}

static int log_control(sqlite3_file *file, int op, void *arg)
{
	return self(file)->real->pMethods->xFileControl(self(file)->real, op, arg);
}

static int log_sector(sqlite3_file *file)
{
	return self(file)->real->pMethods->xSectorSize(self(file)->real);
}

static int log_traits(sqlite3_file *file)
{
	return self(file)->real->pMethods->xDeviceCharacteristics(self(file)->real);
}

static const sqlite3_io_methods methods = {
	.iVersion = 1, /* what is shared or mapped is so by the store's own file */
	.xClose = log_close,
	.xRead = log_read,
	.xWrite = log_write,
	.xTruncate = log_truncate,
	.xSync = log_sync,
	.xFileSize = log_size,
	.xLock = log_lock,
	.xUnlock = log_unlock,
	.xCheckReservedLock = log_check_lock,
	.xFileControl = log_control,
	.xSectorSize = log_sector,
	.xDeviceCharacteristics = log_traits,
};

static int open_file(
	sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret_flags)
{
	struct log_file *log = self(file);
	int r;

	(void)vfs;
	if (!(flags & SQLITE_OPEN_WAL)) {
		return base->xOpen(base, path, file, flags, ret_flags);
	}
	*log = (struct log_file){.real = (sqlite3_file *)(log + 1)};
	r = base->xOpen(base, path, log->real, flags, ret_flags);
	if (r == SQLITE_OK) {
		log->file.pMethods = &methods;
	} else if (log->real->pMethods) {
		(void)log->real->pMethods->xClose(log->real); /* sqlite3_vfs: even then */
	}
	return r;
}

static void register_once(void)
{
	base = sqlite3_vfs_find(NULL);
	if (base) {
		wrapped = *base;
		wrapped.pNext = NULL;
		wrapped.zName = STORE_LOG_VFS;
		wrapped.szOsFile = (int)sizeof(struct log_file) + base->szOsFile;
		wrapped.xOpen = open_file;
		registered = sqlite3_vfs_register(&wrapped, 0) == SQLITE_OK;
	}
}

int store_log_register(void)
{
	pthread_once(&once, register_once);
	return registered ? 0 : -EIO;
}
