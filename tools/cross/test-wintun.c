/* For tests only: a stand-in for wintun.dll under Wine, which has no driver for TUN devices. It has the functions of wintun.h 0.14
 * that Adit calls. An adapter's packets go to and come from a UDP socket on the loopback interface, one in each datagram: the test
 * at the other end (core/e2e/src/wine.rs) puts them through a real TUN device of Linux. It is never shipped, and release builds of
 * Adit refuse to load it.
 *
 * The environment variable ADIT_TEST_WINTUN_PORT is the port at 127.0.0.1 of that other end. An empty datagram tells it where this
 * end is. */
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <stdlib.h>

#define PACKETS 4096 /* of the ring towards Adit; a power of two */
#define LARGEST 65535

typedef struct packet {
    DWORD length;
    BYTE bytes[];
} PACKET;

/* A session, which also is its adapter: a test has one. */
typedef struct {
    SOCKET socket;
    HANDLE arrived, thread;
    CRITICAL_SECTION lock;
    PACKET *ring[PACKETS];
    unsigned head, tail;
    volatile BOOL ending;
} SESSION;

/* A number that no interface of Linux gets from Wine. */
#define LUID 0x00ad170000000001ull

static DWORD WINAPI receive(void *argument) {
    SESSION *session = argument;
    BYTE *buffer = malloc(LARGEST);
    while (buffer) {
        int length = recv(session->socket, (char *)buffer, LARGEST, 0);
        if (session->ending) break;
        if (length <= 0) continue; /* time to look for the end, or the other end is not there */
        PACKET *packet = malloc(sizeof *packet + length);
        if (!packet) continue;
        packet->length = length;
        memcpy(packet->bytes, buffer, length);
        EnterCriticalSection(&session->lock);
        if (session->tail - session->head < PACKETS) {
            session->ring[session->tail++ % PACKETS] = packet;
            packet = NULL;
        }
        LeaveCriticalSection(&session->lock);
        free(packet); /* the ring is full: the packet is lost, as the driver has it */
        SetEvent(session->arrived);
    }
    free(buffer);
    return 0;
}

__declspec(dllexport) void *WINAPI WintunCreateAdapter(const WCHAR *name, const WCHAR *kind, const GUID *guid) {
    char port[16];
    WSADATA data;
    struct sockaddr_in other = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int room = 4 << 20;
    DWORD look_every = 100; /* ms */
    SESSION *session = calloc(1, sizeof *session);
    (void)name, (void)kind, (void)guid;
    if (!session || !GetEnvironmentVariableA("ADIT_TEST_WINTUN_PORT", port, sizeof port) || WSAStartup(MAKEWORD(2, 2), &data)) {
        free(session);
        SetLastError(ERROR_FILE_NOT_FOUND);
        return NULL;
    }
    other.sin_port = htons((u_short)atoi(port));
    session->socket = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    setsockopt(session->socket, SOL_SOCKET, SO_RCVBUF, (char *)&room, sizeof room);
    setsockopt(session->socket, SOL_SOCKET, SO_SNDBUF, (char *)&room, sizeof room);
    setsockopt(session->socket, SOL_SOCKET, SO_RCVTIMEO, (char *)&look_every, sizeof look_every);
    if (connect(session->socket, (struct sockaddr *)&other, sizeof other)) {
        DWORD error = WSAGetLastError();
        closesocket(session->socket);
        free(session);
        SetLastError(error);
        return NULL;
    }
    return session;
}

__declspec(dllexport) void *WINAPI WintunOpenAdapter(const WCHAR *name) {
    (void)name;
    SetLastError(ERROR_NOT_FOUND);
    return NULL;
}

__declspec(dllexport) void WINAPI WintunCloseAdapter(void *adapter) {
    SESSION *session = adapter;
    closesocket(session->socket);
    free(session);
}

__declspec(dllexport) BOOL WINAPI WintunDeleteDriver(void) {
    return TRUE;
}

__declspec(dllexport) void WINAPI WintunGetAdapterLUID(void *adapter, ULONG64 *luid) {
    (void)adapter;
    *luid = LUID;
}

__declspec(dllexport) DWORD WINAPI WintunGetRunningDriverVersion(void) {
    SetLastError(ERROR_FILE_NOT_FOUND);
    return 0;
}

__declspec(dllexport) void WINAPI WintunSetLogger(void *logger) {
    (void)logger;
}

__declspec(dllexport) void *WINAPI WintunStartSession(void *adapter, DWORD capacity) {
    SESSION *session = adapter;
    (void)capacity;
    InitializeCriticalSection(&session->lock);
    session->arrived = CreateEventW(NULL, FALSE, FALSE, NULL);
    session->thread = CreateThread(NULL, 0, receive, session, 0, NULL);
    send(session->socket, "", 0, 0);
    return session;
}

__declspec(dllexport) void WINAPI WintunEndSession(void *argument) {
    SESSION *session = argument;
    session->ending = TRUE;
    WaitForSingleObject(session->thread, INFINITE);
    CloseHandle(session->thread);
    CloseHandle(session->arrived);
}

__declspec(dllexport) HANDLE WINAPI WintunGetReadWaitEvent(void *session) {
    return ((SESSION *)session)->arrived;
}

__declspec(dllexport) BYTE *WINAPI WintunReceivePacket(void *argument, DWORD *length) {
    SESSION *session = argument;
    PACKET *packet = NULL;
    EnterCriticalSection(&session->lock);
    if (session->tail != session->head) packet = session->ring[session->head++ % PACKETS];
    LeaveCriticalSection(&session->lock);
    if (!packet) {
        SetLastError(ERROR_NO_MORE_ITEMS);
        return NULL;
    }
    *length = packet->length;
    return packet->bytes;
}

__declspec(dllexport) void WINAPI WintunReleaseReceivePacket(void *session, const BYTE *bytes) {
    (void)session;
    free((BYTE *)bytes - offsetof(PACKET, bytes));
}

__declspec(dllexport) BYTE *WINAPI WintunAllocateSendPacket(void *session, DWORD length) {
    PACKET *packet = malloc(sizeof *packet + length);
    (void)session;
    if (!packet) {
        SetLastError(ERROR_BUFFER_OVERFLOW);
        return NULL;
    }
    packet->length = length;
    return packet->bytes;
}

__declspec(dllexport) void WINAPI WintunSendPacket(void *session, const BYTE *bytes) {
    PACKET *packet = (PACKET *)((BYTE *)bytes - offsetof(PACKET, bytes));
    send(((SESSION *)session)->socket, (char *)packet->bytes, packet->length, 0);
    free(packet);
}
