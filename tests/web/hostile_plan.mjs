// A plan with a probe in every field: where any of them becomes markup, a script, a style or an address, `window.hit` is
// set, an element <hit-me> is there, or somebody else's server is asked.

const probe = '"\'><hit-me></hit-me><img src=x onerror="window.hit=1"><script>window.hit=1</script>';
const address = 'javascript:window.hit=1';

function day(today, offset) {
    return new Date(Date.parse(today) + offset * 86400000).toISOString().slice(0, 10);
}

// Of two projects, the second has the shapes wrong that it can have wrong, too.
export function hostilePlan(today = new Date().toISOString()) {
    const type = { id: `type${probe}`, name: `type ${probe}`, color: 'red;background:url(https://example.org/hit)', enabled: true };
    const record = { date: day(today, 0), progress: 10, status: probe, content: `record ${probe}`, assignees: [`person ${probe}`] };
    const project = {
        id: `project${probe}`, name: `project ${probe}`, status: 'risk', progress: 30, startDate: day(today, -5), endDate: day(today, 20),
        owner: `owner ${probe}`, pmo: `pmo ${probe}`, productManager: `pm ${probe}`, partners: [`partner ${probe}`],
        developers: [`developer ${probe}`], testers: [`tester ${probe}`],
        contacts: [{ name: `contact ${probe}`, role: probe, phone: probe }],
        chatGroupLinks: [address, `https://example.org/${probe}`, probe], remark: `remark ${probe}`, dailyProgress: [record, probe],
    };
    const task = {
        id: `task${probe}`, projectId: project.id, name: `task ${probe}`, type, status: 'delayed', progress: 40,
        startDate: day(today, -2), endDate: day(today, 6), assignees: [`person ${probe}`], remark: probe, dailyRecords: [record],
    };
    const misshapen = {
        id: 7, name: [probe], status: probe, progress: probe, startDate: probe, endDate: 20260101, owner: { name: probe },
        pmo: [], productManager: 5, partners: probe, developers: { a: 1 }, testers: [[probe]], contacts: [probe, null, 3],
        chatGroupLinks: { href: address }, remark: { probe }, dailyProgress: probe,
    };
    return {
        projects: [project, misshapen, null, probe],
        tasks: [task, { ...misshapen, projectId: 7, type: probe, assignees: probe, dailyRecords: [null, probe] },
            { id: `stray${probe}`, projectId: 'nowhere', name: probe, type: { ...type, id: 'other' }, assignees: [{ name: probe }] }, 3],
        taskTypes: [type, { id: null, name: 3, color: address, enabled: 'yes' }],
        pmos: [{ id: probe, name: probe, enabled: true }, { name: null }],
        productManagers: [{ id: probe, name: probe, enabled: false }],
        historyRecords: [
            { id: probe, entityType: probe, entityId: probe, entityName: probe, operation: probe, operator: probe, operatedAt: probe, changes: probe, projectId: probe },
            { id: 'h2', entityType: 'task', entityId: task.id, entityName: probe, operation: 'update', operator: probe, operatedAt: '2026-01-31T08:00:00.000Z', changes: { [probe]: [probe, { probe }] } },
        ],
        [probe]: { [probe]: probe },
    };
}

// What of it took effect in a page: nothing, if all is well.
export function hits(page) {
    return page.evaluate(() => ({ script: window.hit, elements: document.querySelectorAll('hit-me, img[src=x]').length }));
}
