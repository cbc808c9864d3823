// What dragging in the time axis does: bars move, get longer or shorter and make progress, in whole days and per
// cents; the tasks of a project that is moved come along. Escape gives up.

import { barDates, nearestDay } from './gantt_scales.js';

// Makes the library's bars obey. `rowOf` finds a row by the library's id. `begin(row)` is called when a drag begins,
// and `end(row, report)` when it is over; `report` tells `actions` what came of it: move(row, days), progress(row,
// percent) or resize(row, start, end).
export function barsDraggable(gantt, rowOf, { begin, end, actions }) {
    let isGivenUp = false;
    const giveUp = (event) => {
        if (event.key !== 'Escape')
            return;
        isGivenUp = true;
        document.body.dispatchEvent(new MouseEvent('mouseup'));
    };
    const done = (id, report) => {
        document.removeEventListener('keydown', giveUp);
        end(rowOf(id), report);
    };
    gantt.attachEvent('onBeforeTaskDrag', (id, mode) => {
        const row = rowOf(id);
        if (row === null || row.kind === 'strays' || (mode === 'resize' && !row.hasOwnDates))
            return false;
        isGivenUp = false;
        document.addEventListener('keydown', giveUp);
        begin(row);
        return true;
    });
    gantt.attachEvent('onTaskDrag', (id, mode, task) => {
        snap(task, mode, rowOf(id), gantt.getState().drag_from_start);
        if (mode === 'move')
            childrenFollow(gantt, id, rowOf, nearestDay(task.start_date) - rowOf(id).start);
    });
    gantt.attachEvent('onBeforeTaskChanged', (id) => {
        if (isGivenUp)
            done(id, () => {});
        return !isGivenUp;
    });
    gantt.attachEvent('onAfterTaskDrag', (id, mode) => {
        const report = dragReport(gantt.getTask(id), mode, rowOf(id), actions);
        done(id, report);
    });
}

function dragReport({ start_date: start, end_date: end, progress }, mode, row, actions) {
    const first = nearestDay(start);
    const last = Math.max(first, nearestDay(end) - 1);
    return {
        move: () => actions.move(row, first - row.start),
        progress: () => actions.progress(row, Math.round(progress * 100)),
        resize: () => actions.resize(row, first, last),
    }[mode];
}

// The library moves by minutes; `task` is what it will show.
function snap(task, mode, row, isStart) {
    if (mode === 'progress') {
        task.progress = Math.round(task.progress * 100) / 100;
        return;
    }
    const [start, end] = [nearestDay(task.start_date), nearestDay(task.end_date) - 1];
    const [first, last] = mode === 'move' ? [start, start + row.end - row.start]
        : isStart ? [Math.min(start, row.end), row.end] : [row.start, Math.max(end, row.start)];
    Object.assign(task, barDates(first, last));
}

function childrenFollow(gantt, id, rowOf, days) {
    for (const child of gantt.getChildren(id)) {
        const row = rowOf(child);
        if (row.start === null)
            continue;
        Object.assign(gantt.getTask(child), barDates(row.start + days, row.end + days));
        gantt.refreshTask(child, false);
    }
}
