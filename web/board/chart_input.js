// What clicks and keys do in the chart (gantt_chart.js): rows become active, are folded and unfolded; all else is told
// to its actions. The library does nothing of its own about them.

// `rowOf` finds a row by the library's id, or null.
export function clicksHandle(gantt, rowOf, chart, actions) {
    const rowAt = (event) => rowOf(event.target.closest('[data-task-id]')?.getAttribute('data-task-id'));
    const activate = (row, isRevealed) => {
        chart.activate(row.id, { isRevealed });
        chart.focus();
    };
    const clicked = (event) => {
        const row = rowAt(event);
        if (row === null || isButton(event))
            return false;
        activate(row, !isToggle(event) && gantt.$grid.contains(event.target));
        if (isToggle(event))
            actions.toggle(row);
        return false;
    };
    gantt.attachEvent('onTaskClick', (id, event) => clicked(event));
    gantt.attachEvent('onEmptyClick', clicked);
    gantt.attachEvent('onTaskDblClick', (id, event) => {
        const row = rowAt(event);
        if (row.kind === 'strays' || isButton(event) || isToggle(event))
            return false;
        const isName = event.target.closest('[data-column-name="name"]') !== null;
        (isName ? actions.rename : actions.open)(row);
        return false;
    });
    // The keyboard's menu key is handled where keys are.
    gantt.attachEvent('onContextMenu', (id, link, event) => {
        const row = rowAt(event);
        if (row === null)
            return event.target !== gantt.$grid;
        activate(row, false);
        actions.menu(row, { getBoundingClientRect: () => new DOMRect(event.clientX, event.clientY, 0, 0) });
        return false;
    });
}

function isButton(event) {
    return event.target.closest('button') !== null;
}

function isToggle(event) {
    return event.target.closest('.gantt_open, .gantt_close') !== null;
}

export function keysHandle(gantt, chart, actions) {
    gantt.$grid.addEventListener('keydown', (event) => {
        if (event.target !== gantt.$grid || event.isComposing)
            return;
        const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
        const next = isPlain ? placeAfter(chart, event.key) : undefined;
        if (next !== undefined)
            chart.activate(chart.rowAt(next).id);
        else if (!isPlain || !walkAcross(chart, event.key, actions.toggle))
            return actions.key(event, chart.activeRow);
        event.preventDefault();
    });
}

// Where a key leads, or undefined.
function placeAfter(chart, key) {
    const place = chart.activeRow === null ? -1 : chart.placeOf(chart.activeRow.id);
    const page = Math.max(1, chart.page - 1);
    const last = chart.count - 1;
    const next = {
        ArrowDown: place + 1, ArrowUp: place - 1, PageDown: place + page, PageUp: place - page, Home: 0, End: last,
    }[key];
    return next === undefined ? next : Math.max(0, Math.min(last, next));
}

// -> whether the key is one that goes into projects and out of them.
function walkAcross(chart, key, toggle) {
    const row = chart.activeRow;
    if (row === null || (key !== 'ArrowLeft' && key !== 'ArrowRight'))
        return false;
    const isForward = key === 'ArrowRight';
    const child = chart.childOf(row);
    if (child !== null && row.isOpen !== isForward)
        toggle(row);
    else if (child !== null && isForward)
        chart.activate(child.id);
    else if (row.parent !== null && !isForward)
        chart.activate(row.parent);
    return true;
}
