//! The settings of glibc's allocator, safe to call. No crate wraps them, and this one is apart so
//! that Easel itself can forbid unsafe code.

/// Has glibc map every piece of memory of `bytes` or more by itself, and unmap it when it is
/// freed. Elsewhere this does nothing.
pub fn map_from(bytes: u32) {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let bytes = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
        // SAFETY: mallopt may be called at any time; it sets numbers and keeps no pointer.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, bytes);
            libc::mallopt(libc::M_TRIM_THRESHOLD, bytes);
        }
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    let _ = bytes;
}
