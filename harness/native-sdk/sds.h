/* The five functions of sds that the native SDK calls, on malloc. */
#ifndef HOLDFAST_SDS_H
#define HOLDFAST_SDS_H
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef char *sds;

static inline sds sdsempty(void) { return calloc(1, 1); }
static inline void sdsfree(sds text) { free(text); }
static inline size_t sdslen(const sds text) { return strlen(text); }
static inline sds sdscat(sds text, const char *more) {
    sds longer = realloc(text, strlen(text) + strlen(more) + 1);
    return strcat(longer, more);
}
static inline sds sdscatprintf(sds text, const char *format, ...) {
    va_list once, again;
    va_start(once, format);
    va_copy(again, once);
    size_t before = strlen(text);
    int length = vsnprintf(NULL, 0, format, once);
    sds longer = realloc(text, before + (size_t)length + 1);
    vsnprintf(longer + before, (size_t)length + 1, format, again);
    va_end(once);
    va_end(again);
    return longer;
}
#endif
