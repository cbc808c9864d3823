/*
 * The programs differ in where they keep the document. In a request argv is not looked at: some servers
 * fill it from the query (RFC 3875 4.4, CVE-2012-1823).
 */
#include "request.h"
#include "schedule_cgi.h"

#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc > 1 && !request_present())
        return schedule_cgi_run_by_hand(&SCHEDULE_STORE_KIND, argv[1]);
#ifdef SCHEDULE_CONFINE
    /*
     * All was written by now. What libraries do at an exit takes a few percent of a request, and a
     * thread that still waits for the address of a server's name must not see it.
     */
    _exit(schedule_cgi_run_confined(&SCHEDULE_STORE_KIND));
#else
    return schedule_cgi_run(&SCHEDULE_STORE_KIND);
#endif
}
