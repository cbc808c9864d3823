/*
 * The programs differ in where they keep the document. argv is not looked at: some servers fill it from
 * the query (RFC 3875 4.4, CVE-2012-1823).
 */
#include "schedule_cgi.h"

int main(void)
{
#ifdef SCHEDULE_CONFINE
    return schedule_cgi_run_confined(&SCHEDULE_STORE_KIND);
#else
    return schedule_cgi_run(&SCHEDULE_STORE_KIND);
#endif
}
