// Drags the line of a clock to a change. Without it the marks are links, and the fields beside them do the same.
for (const track of document.querySelectorAll('.track')) {
  const field = track.closest('.clock').querySelector('input');
  const marks = [...track.querySelectorAll('a')];
  let held = null;

  const hold = (event) => {
    const box = track.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * track.viewBox.baseVal.width;
    const distance = (mark) => Math.abs(mark.firstElementChild.nextElementSibling.x.baseVal.value + 5 - x);
    const nearest = marks.reduce((one, other) => (distance(other) < distance(one) ? other : one));
    if (nearest === held) return;
    if (held) held.classList.remove('held');
    nearest.classList.add('held');
    held = nearest;
    field.value = nearest.dataset.point;
  };

  track.addEventListener('pointerdown', (event) => {
    // Another button or a key opens a mark as a link.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    track.setPointerCapture(event.pointerId);
    hold(event);
  });
  track.addEventListener('pointermove', (event) => {
    if (track.hasPointerCapture(event.pointerId)) hold(event);
  });
  track.addEventListener('pointerup', (event) => {
    if (held && track.hasPointerCapture(event.pointerId)) location.assign(held.href.baseVal);
  });
}
