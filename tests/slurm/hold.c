/* Preloaded, it holds a program at the one moment when a file has been written and is not yet safe: `fsync` never returns. */
#include <unistd.h>

int fsync(int file) {
    (void)file;
    for (;;) pause();
}
