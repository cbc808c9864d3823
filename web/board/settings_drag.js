// Rows of a list that are put elsewhere by dragging a handle, with a mouse, a pen or a finger. There are buttons that
// do the same for everybody else.

// `place(target)` is called when the row was dropped on another row of its list, the target.
export function rowDraggable(row, handle, place) {
    handle.addEventListener('pointerdown', (event) => {
        if (event.button !== 0)
            return;
        event.preventDefault();
        handle.setPointerCapture(event.pointerId);
        dragBegin(row, handle, event.clientY, place);
    });
}

// The rows keep their places until the row is dropped: it floats, and a line shows where it would go.
function dragBegin(row, handle, start, place) {
    const rows = [...row.parentNode.children];
    const own = rows.indexOf(row);
    let target = own;
    const move = ({ clientY }) => {
        mark(rows[target], null);
        target = rowAt(rows, own, clientY);
        mark(rows[target], target < own ? 'before' : target > own ? 'after' : null);
        row.style.setProperty('--shift', `${clientY - start}px`);
    };
    const end = ({ type }) => {
        mark(rows[target], null);
        row.classList.remove('dragged');
        row.style.removeProperty('--shift');
        handle.removeEventListener('pointermove', move);
        for (const name of ['pointerup', 'lostpointercapture'])
            handle.removeEventListener(name, end);
        if (type === 'pointerup' && target !== own)
            place(rows[target]);
    };
    row.classList.add('dragged');
    handle.addEventListener('pointermove', move);
    for (const name of ['pointerup', 'lostpointercapture'])
        handle.addEventListener(name, end);
}

// The row that is at a height, but for the dragged one, which is everywhere; above the first or below the last, that.
function rowAt(rows, own, height) {
    const middles = rows.map((row) => row.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2);
    const above = middles.findIndex((middle, index) => index < own && height < middle);
    return above >= 0 ? above : Math.max(own, middles.findLastIndex((middle, index) => index > own && height > middle));
}

function mark(row, where) {
    if (where === null)
        delete row.dataset.drop;
    else
        row.dataset.drop = where;
}
