# SPDX-License-Identifier: EUPL-1.2
"""The network of a kern: which organisations, teams and roles take part. Off, until the municipality's file
says otherwise: whether networks help is being investigated.
"""
