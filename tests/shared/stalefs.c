// A folder as a network file system shows it: each mount remembers what folders hold and what files are, and errs.
//
//   stalefs SOURCE MILLISECONDS FAULTS MOUNTPOINT
//
// What a folder holds, and the size and times of files, are remembered for so many milliseconds, whatever other mounts do
// meanwhile; a change by this mount itself in a folder ends what it remembers of that one, and opening a file what it
// remembers of the file (close-to-open), as NFS does. A line "open 116 3" in the file FAULTS has the next three calls fail so.
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *source, *faults;
static long remembered;

struct memory { struct memory *next; char *path; long at; int isFolder; struct stat status; char **names; int count; };
#define BUCKETS 4096
static struct memory *memories[BUCKETS];

static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000 + t.tv_nsec / 1000000; }
static unsigned bucket(const char *p, int f) { unsigned h = 5381 + f; for (; *p; p++) h = h * 33 + (unsigned char)*p; return h % BUCKETS; }
static void real(char *to, const char *path) { snprintf(to, PATH_MAX, "%s%s", source, path); }
static void parent(char *to, const char *path) {
  snprintf(to, PATH_MAX, "%s", path);
  char *slash = strrchr(to, '/');
  if (slash == to) slash[1] = 0; else *slash = 0;
}
static void release(struct memory *m) { for (int i = 0; i < m->count; i++) free(m->names[i]); free(m->names); free(m->path); free(m); }
static void forget(const char *path, int isFolder) {
  struct memory **at = &memories[bucket(path, isFolder)];
  for (; *at; at = &(*at)->next)
    if ((*at)->isFolder == isFolder && !strcmp((*at)->path, path)) { struct memory *m = *at; *at = m->next; release(m); return; }
}
static struct memory *recall(const char *path, int isFolder) {
  for (struct memory *m = memories[bucket(path, isFolder)]; m; m = m->next)
    if (m->isFolder == isFolder && !strcmp(m->path, path)) {
      if (now() - m->at <= remembered) return m;
      forget(path, isFolder);
      return NULL;
    }
  return NULL;
}
static struct memory *keep(const char *path, int isFolder) {
  forget(path, isFolder);
  struct memory *m = calloc(1, sizeof *m);
  m->path = strdup(path); m->isFolder = isFolder; m->at = now();
  unsigned b = bucket(path, isFolder);
  m->next = memories[b]; memories[b] = m;
  return m;
}
/* A change by this mount: the folder is looked up anew. */
static void changed(const char *path) { char above[PATH_MAX]; parent(above, path); forget(above, 1); forget(above, 0); forget(path, 0); }

/* The error that the test wants of this call, once for each count. */
static int fault(const char *call) {
  FILE *file = fopen(faults, "r+");
  if (!file) return 0;
  char name[32]; int error, count, found = 0; long at = ftell(file);
  while (fscanf(file, "%31s %d %d\n", name, &error, &count) == 3) {
    if (!strcmp(name, call) && count > 0) { fseek(file, at, SEEK_SET); fprintf(file, "%s %d %d\n", name, error, count - 1); found = error; break; }
    at = ftell(file);
  }
  fclose(file);
  return -found;
}
#define TRY(name) do { int wanted = fault(name); if (wanted) return wanted; } while (0)
#define AS(expression) ((expression) == -1 ? -errno : 0)

static struct memory *folder(const char *path) {
  struct memory *m = recall(path, 1);
  if (m) return m;
  char at[PATH_MAX]; real(at, path);
  DIR *open = opendir(at);
  if (!open) return NULL;
  m = keep(path, 1);
  for (struct dirent *e; (e = readdir(open));) {
    m->names = realloc(m->names, (m->count + 1) * sizeof *m->names);
    m->names[m->count++] = strdup(e->d_name);
  }
  closedir(open);
  return m;
}
static int holds(const char *path) {
  char above[PATH_MAX]; parent(above, path);
  if (!strcmp(path, "/")) return 1;
  struct memory *m = folder(above);
  if (!m) return 0;
  const char *name = strrchr(path, '/') + 1;
  for (int i = 0; i < m->count; i++) if (!strcmp(m->names[i], name)) return 1;
  return 0;
}

/* The server says that a name is there which was not seen: that one is seen from now on, as in NFS (d_drop after EEXIST). */
static int learned(const char *path, int result) {
  char above[PATH_MAX]; parent(above, path);
  struct memory *m = result == -EEXIST ? recall(above, 1) : NULL;
  if (m && !holds(path)) {
    m->names = realloc(m->names, (m->count + 1) * sizeof *m->names);
    m->names[m->count++] = strdup(strrchr(path, '/') + 1);
  }
  return result;
}

static int getattr_(const char *path, struct stat *status, struct fuse_file_info *info) {
  (void)info;
  TRY("stat");
  if (!holds(path)) return -ENOENT;
  struct memory *m = recall(path, 0);
  if (!m) {
    struct stat found; char at[PATH_MAX]; real(at, path);
    if (lstat(at, &found) == -1) return errno == ENOENT ? -ESTALE : -errno;
    m = keep(path, 0);
    m->status = found;
  }
  *status = m->status;
  return 0;
}
static int readdir_(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *info, enum fuse_readdir_flags flags) {
  (void)offset; (void)info; (void)flags;
  TRY("readdir");
  struct memory *m = folder(path);
  if (!m) return -ENOENT;
  for (int i = 0; i < m->count; i++) fill(buffer, m->names[i], NULL, 0, 0);
  return 0;
}
static int open_(const char *path, struct fuse_file_info *info) {
  TRY("open");
  forget(path, 0);
  char at[PATH_MAX]; real(at, path);
  int fd = open(at, info->flags & ~O_CREAT);
  if (fd == -1) return errno == ENOENT ? -ESTALE : -errno;
  info->fh = fd;
  return 0;
}
static int create_(const char *path, mode_t mode, struct fuse_file_info *info) {
  TRY("create");
  char at[PATH_MAX]; real(at, path);
  int fd = open(at, info->flags, mode);
  if (fd == -1) return learned(path, -errno);
  changed(path);
  info->fh = fd;
  return 0;
}
static int read_(const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *info) {
  (void)path;
  TRY("read");
  ssize_t count = pread(info->fh, buffer, size, offset);
  return count == -1 ? -errno : count;
}
static int write_(const char *path, const char *buffer, size_t size, off_t offset, struct fuse_file_info *info) {
  TRY("write");
  ssize_t count = pwrite(info->fh, buffer, size, offset);
  forget(path, 0);
  return count == -1 ? -errno : count;
}
static int release_(const char *path, struct fuse_file_info *info) { (void)path; close(info->fh); return 0; }
static int fsync_(const char *path, int data, struct fuse_file_info *info) { (void)path; (void)data; TRY("fsync"); return AS(fsync(info->fh)); }
static int opendir_(const char *path, struct fuse_file_info *info) { char at[PATH_MAX]; real(at, path); int fd = open(at, O_RDONLY); if (fd == -1) return -errno; info->fh = fd; return 0; }
static int link_(const char *from, const char *to) {
  TRY("link");
  char a[PATH_MAX], b[PATH_MAX]; real(a, from); real(b, to);
  int result = AS(link(a, b));
  if (result == 0) { changed(to); forget(from, 0); }
  return learned(to, result);
}
static int unlink_(const char *path) { TRY("unlink"); char at[PATH_MAX]; real(at, path); int result = AS(unlink(at)); changed(path); return result; }
static int mkdir_(const char *path, mode_t mode) { TRY("mkdir"); char at[PATH_MAX]; real(at, path); int result = AS(mkdir(at, mode)); if (!result) changed(path); return learned(path, result); }
static int rmdir_(const char *path) { char at[PATH_MAX]; real(at, path); int result = AS(rmdir(at)); forget(path, 1); changed(path); return result; }
static int rename_(const char *from, const char *to, unsigned flags) {
  if (flags) return -EINVAL;
  TRY("rename");
  char a[PATH_MAX], b[PATH_MAX]; real(a, from); real(b, to);
  int result = AS(rename(a, b));
  changed(from); changed(to);
  return result;
}
static int chmod_(const char *path, mode_t mode, struct fuse_file_info *info) { (void)info; char at[PATH_MAX]; real(at, path); forget(path, 0); return AS(chmod(at, mode)); }
static int truncate_(const char *path, off_t size, struct fuse_file_info *info) { (void)info; char at[PATH_MAX]; real(at, path); forget(path, 0); return AS(truncate(at, size)); }
static int utimens_(const char *path, const struct timespec t[2], struct fuse_file_info *info) { (void)info; char at[PATH_MAX]; real(at, path); forget(path, 0); return AS(utimensat(AT_FDCWD, at, t, 0)); }

static void *init_(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  /* The kernel remembers nothing: what is remembered is said here. */
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
  config->hard_remove = 1;
  return NULL;
}
static const struct fuse_operations operations = {
  .init = init_, .getattr = getattr_, .readdir = readdir_, .opendir = opendir_, .releasedir = release_, .open = open_, .create = create_,
  .read = read_, .write = write_, .release = release_, .fsync = fsync_, .fsyncdir = fsync_, .link = link_, .unlink = unlink_, .mkdir = mkdir_,
  .rmdir = rmdir_, .rename = rename_, .chmod = chmod_, .truncate = truncate_, .utimens = utimens_ };

int main(int count, char **words) {
  if (count != 5) return 2;
  source = words[1]; remembered = atol(words[2]); faults = words[3];
  char *args[] = {words[0], "-f", "-s", words[4], NULL};
  return fuse_main(4, args, &operations, NULL);
}
