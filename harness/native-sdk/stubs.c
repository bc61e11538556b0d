/*
 * In place of the parts of the native SDK (colyseus/native-sdk, branch 0.18) that are written in Zig: HTTP by a plain socket,
 * the address of a WebSocket, certificates of the system (none: no TLS here), and messages, which are handed over as bytes.
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "colyseus/http.h"
#include "colyseus/messages.h"
#include "colyseus/utils/strUtil.h"

/* ---- addresses: scheme://host:port/path ---- */

colyseus_url_parts_t *colyseus_parse_url(const char *url) {
    char scheme[8], host[256], rest[2048] = "";
    unsigned port = 0;
    if (sscanf(url, "%7[a-z]://%255[^:/]:%u/%2047[^\n]", scheme, host, &port, rest) < 3) return NULL;
    colyseus_url_parts_t *parts = calloc(1, sizeof *parts);
    parts->scheme = strdup(scheme);
    parts->host = strdup(host);
    parts->port = malloc(sizeof *parts->port);
    *parts->port = (uint16_t)port;
    parts->path_and_args = strdup(rest);
    parts->url = strdup(url);
    return parts;
}

void colyseus_url_parts_free(colyseus_url_parts_t *parts) {
    if (parts == NULL) return;
    free(parts->scheme);
    free(parts->host);
    free(parts->port);
    free(parts->path_and_args);
    free(parts->url);
    free(parts);
}

/* ---- HTTP ---- */

colyseus_http_t *colyseus_http_create(const colyseus_settings_t *settings) {
    colyseus_http_t *http = calloc(1, sizeof *http);
    http->settings = settings;
    return http;
}

void colyseus_http_free(colyseus_http_t *http) {
    if (http == NULL) return;
    free(http->auth_token);
    free(http);
}

void colyseus_http_set_auth_token(colyseus_http_t *http, const char *token) {
    free(http->auth_token);
    http->auth_token = token == NULL ? NULL : strdup(token);
}

const char *colyseus_http_get_auth_token(const colyseus_http_t *http) { return http->auth_token; }

static int connected(const char *host, const char *port) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(host, port, &hints, &found) != 0) return -1;
    int fd = socket(found->ai_family, found->ai_socktype, 0);
    if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static void ask(colyseus_http_t *http, const char *method, const char *path, const char *json,
                colyseus_http_success_callback_t on_success, colyseus_http_error_callback_t on_error, void *userdata) {
    static char answer[65536];
    const char *host = http->settings->server_address, *port = http->settings->server_port;
    const char *body = json == NULL ? "" : json;
    int fd = connected(host, port);
    if (fd < 0) {
        colyseus_http_error_t error = {.code = -1, .message = "nobody answers"};
        on_error(&error, userdata);
        return;
    }
    dprintf(fd, "%s %s%s HTTP/1.1\r\nhost: %s:%s\r\nconnection: close\r\ncontent-type: application/json\r\n", method,
            path[0] == '/' ? "" : "/", path, host, port);
    if (http->auth_token != NULL) dprintf(fd, "authorization: Bearer %s\r\n", http->auth_token);
    dprintf(fd, "content-length: %zu\r\n\r\n%s", strlen(body), body);
    size_t length = 0;
    ssize_t more;
    while (length < sizeof answer - 1 && (more = read(fd, answer + length, sizeof answer - 1 - length)) > 0)
        length += (size_t)more;
    close(fd);
    answer[length] = 0;
    int status = 0;
    sscanf(answer, "HTTP/1.1 %d", &status);
    char *text = strstr(answer, "\r\n\r\n");
    text = text == NULL ? "" : text + 4;
    if (status == 200) {
        colyseus_http_response_t response = {.status_code = status, .body = text, .success = true};
        on_success(&response, userdata);
    } else {
        colyseus_http_error_t error = {.code = status, .message = text};
        on_error(&error, userdata);
    }
}

void colyseus_http_get(colyseus_http_t *http, const char *path, colyseus_http_success_callback_t on_success,
                       colyseus_http_error_callback_t on_error, void *userdata) {
    ask(http, "GET", path, NULL, on_success, on_error, userdata);
}

void colyseus_http_post(colyseus_http_t *http, const char *path, const char *json,
                        colyseus_http_success_callback_t on_success, colyseus_http_error_callback_t on_error,
                        void *userdata) {
    ask(http, "POST", path, json, on_success, on_error, userdata);
}

/* ---- no certificates ---- */

bool colyseus_system_certs_init(void) { return false; }
const unsigned char *colyseus_system_certs_get_pem(void) { return NULL; }
size_t colyseus_system_certs_get_pem_len(void) { return 0; }

/* ---- messages: this client takes and sends MessagePack as bytes ---- */

uint8_t *colyseus_message_encode(colyseus_message_t *message, size_t *length) {
    (void)message;
    *length = 0;
    return NULL;
}

struct colyseus_message_reader {
    size_t length;
};

colyseus_message_reader_t *colyseus_message_reader_create(const uint8_t *data, size_t length) {
    (void)data;
    colyseus_message_reader_t *reader = malloc(sizeof *reader);
    reader->length = length;
    return reader;
}

void colyseus_message_reader_free(colyseus_message_reader_t *reader) { free(reader); }
