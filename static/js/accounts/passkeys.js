// allauth tells of a passkey that did not work by an event; people are told by the page's own alert.
document.addEventListener('allauth.error', (event) => {
  const texts = document.getElementById('passkey-texts')
  const alert = document.getElementById('app-trouble')
  if (!texts || !alert) return
  event.preventDefault()
  alert.textContent = texts.dataset.failed
  alert.hidden = false
})
